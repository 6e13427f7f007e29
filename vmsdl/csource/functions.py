"""stub"""
from vmsdl.csource import values as v
def run_predicate(program, name, unit, state):
    raise v.NotUnderstood("stub")
def run_hook(program, name, unit, state):
    raise v.NotUnderstood("stub")
