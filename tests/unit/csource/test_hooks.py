"""What a post_load does: refusals are exact, and nothing that may be changed is left out.

`only_refuses` is a promise: hostile and unlucky C must never get it.
"""

import pytest

from tests.unit.csource.test_execute_exactly import compute
from tests.unit.csource.trees import make_program
from vmsdl.csource.functions import run_hook, run_predicate
from vmsdl.csource.values import HookEffect, StepTo

HEAD = """
typedef struct Error Error;
typedef struct Part { uint32_t n; uint8_t kind; } Part;
typedef struct Bus Bus;
struct Bus { uint32_t level; Bus *next; };
typedef struct FooOps { int (*check)(void *s); } FooOps;
typedef struct FooState {
    uint8_t a;
    uint32_t x;
    int32_t n;
    bool on;
    uint8_t data[8];
    uint32_t regs[100];
    Part part;
    Part parts[16];
    Bus *bus;
    QEMUTimer *timer;
    qemu_irq irq;
    MemoryRegion mr;
    const FooOps *ops;
} FooState;
typedef struct IRQState *qemu_irq;
static const int table[] = { 4, 5, 6 };
"""


def run(body: str, before: str = "", head: str = HEAD) -> HookEffect:
    text = f"{head}{before}\nstatic int foo_post_load(void *opaque, int version_id)\n"
    text += f"{{ FooState *s = opaque;\n{body}\n}}"
    program = make_program({"hw/foo.c": text})
    return run_hook(program, "foo_post_load", program.unit("hw/foo.c"), "FooState")


def refuses(effect: HookEffect, state: dict[str, int]) -> bool:
    return any(compute(each.condition, state) for each in effect.refusals)


# Hooks that only refuse: the body, helpers, and states with whether the load fails.
States = list[tuple[dict[str, int], bool]]
CHECKS: dict[str, tuple[str, str, States]] = {
    "a range": (
        "if (s->n < 0 || s->n >= 80) { return -EINVAL; } return 0;",
        "",
        [({"n": -1}, True), ({"n": 80}, True), ({"n": 79}, False)],
    ),
    "a conditional result": (
        "return s->a > 3 ? -EINVAL : 0;",
        "",
        [({"a": 4}, True), ({"a": 3}, False)],
    ),
    "an early success": (
        "if (s->on) { return 0; } if (s->a) { return -1; } return 0;",
        "",
        [({"a": 1}, True), ({"a": 1, "on": 1}, False)],
    ),
    "the result of a helper": (
        "return check(s, NULL);",
        "static int check(FooState *s, Error **errp) { if (s->a > 3) {"
        ' error_setg(errp, "bad"); return -EINVAL; } return 0; }',
        [({"a": 4}, True), ({"a": 3}, False)],
    ),
    "a helper that is true where all is well": (
        "if (!check(s, NULL)) { return -EINVAL; } return 0;",
        "static bool check(FooState *s, Error **errp) { if (s->a > 3) {"
        ' error_setg(errp, "bad"); return false; } return true; }',
        [({"a": 4}, True), ({"a": 3}, False)],
    ),
    "an error of its own": (
        "Error *local_err = NULL; check(s, &local_err);"
        " if (local_err) { error_report_err(local_err); return -EINVAL; } return 0;",
        "static void check(FooState *s, Error **errp) { if (s->a > 3) {"
        ' error_setg(errp, "bad"); } }',
        [({"a": 4}, True), ({"a": 3}, False)],
    ),
    "a guarded error": (
        "return check(s, NULL);",
        "static void inner(FooState *s, Error **errp) { if (s->a > 3) {"
        ' error_setg(errp, "bad"); } }\n'
        "static int check(FooState *s, Error **errp) { ERRP_GUARD(); inner(s, errp);"
        " if (*errp) { return -EINVAL; } return 0; }",
        [({"a": 4}, True), ({"a": 3}, False)],
    ),
    "a loop that searches": (
        "for (int i = 0; i < 100; i++) { if (s->regs[i] > 7) return -EINVAL; } return 0;",
        "",
        [({"regs[99]": 8}, True), ({"regs[99]": 7}, False)],
    ),
    "a loop with several results": (
        "for (int i = 0; i < 16; i++) { if (s->parts[i].n > 7) return -EINVAL;"
        " if (s->parts[i].kind == 2) return -EPERM; } return 0;",
        "",
        [({"parts[9].n": 8}, True), ({"parts[9].kind": 2}, True), ({"parts[9].kind": 1}, False)],
    ),
    "a loop that remembers": (
        "bool bad = false; for (int i = 0; i < 100; i++) { if (s->regs[i] > 7) { bad = true;"
        " break; } } return bad ? -EINVAL : 0;",
        "",
        [({"regs[99]": 8}, True), ({"regs[99]": 7}, False)],
    ),
    "one way out": (
        "int ret = -EINVAL; if (s->a > 3) { goto out; } if (s->on) goto out; ret = 0;"
        "\nout:\n return ret;",
        "",
        [({"a": 4}, True), ({"on": 1}, True), ({"a": 3}, False)],
    ),
    "the length of a table": (
        "if (s->x >= ARRAY_SIZE(table)) { return -EINVAL; } return 0;",
        "",
        [({"x": 3}, True), ({"x": 2}, False)],
    ),
    "the length of a table with a length, that is used before": (
        "if (s->x >= ARRAY_SIZE(wide)) { return -EINVAL; } return 0;",
        "static int wide[9]; int use(int i) { return wide[i]; } static int wide[9] = { 1 };",
        [({"x": 9}, True), ({"x": 8}, False)],
    ),
    "a result that is passed on": (
        "int ret = check(s); if (ret < 0) { return ret; } return 0;",
        "static int check(FooState *s) { return s->on ? -EIO : 0; }",
        [({"on": 1}, True), ({}, False)],
    ),
    "an old version": (
        "if (version_id < 2) { return 0; } return s->on ? -1 : 0;",
        "",
        [],
    ),
    "a local struct": (
        "Part p = { .n = s->x, .kind = 1 }; return p.n > 3 && p.kind == 1 ? -1 : 0;",
        "",
        [({"x": 4}, True), ({"x": 3}, False)],
    ),
    "do once": (
        "do { if (s->on) break; return 0; } while (0); return -1;",
        "",
        [({"on": 1}, True), ({}, False)],
    ),
    "what is written to a variable behind a pointer": (
        "uint32_t v; read(s, &v); return v > 3 ? -1 : 0;",
        "static void read(FooState *s, uint32_t *v) { *v = s->x; }",
        [({"x": 4}, True), ({"x": 3}, False)],
    ),
}


@pytest.mark.parametrize("case", CHECKS)
def test_a_hook_that_only_refuses(case: str) -> None:
    body, before, states = CHECKS[case]
    effect = run(body, before)
    assert effect.only_refuses
    assert effect.refusals
    assert [(state, refuses(effect, state)) for state, _ in states] == states


# Hooks that change something, or may: none only refuses.
CHANGES = {
    "an assignment": ("s->a = 1; return 0;", ""),
    "an assignment behind a check": ("if (s->on) return -1; s->a = 0; return 0;", ""),
    "through a second pointer": ("FooState *t = s; t->a = 1; return 0;", ""),
    "through the address of a member": ("uint8_t *p = &s->a; *p = 1; return 0;", ""),
    "through an element": ("s->data[s->a] = 1; return 0;", ""),
    "by a helper": ("set(s); return 0;", "static void set(FooState *s) { s->a = 1; }"),
    "by a helper of a helper": (
        "one(s); return 0;",
        "static void two(FooState *t) { t->n--; } static void one(FooState *s) { two(s); }",
    ),
    "by a helper that is given a member": (
        "set(&s->a); return 0;",
        "static void set(uint8_t *p) { *p = 1; }",
    ),
    "in a condition": ("if ((s->a = 1)) return 0; return 0;", ""),
    "behind &&": ("return s->on && s->a++ ? -1 : 0;", ""),
    "in a comma": ("return (s->a = 1, 0);", ""),
    "in an initial value": ("int i = s->a++; return i > 3 ? -1 : 0;", ""),
    "in a loop": ("for (int i = 0; i < 100; i++) { s->regs[i] = 0; } return 0;", ""),
    "in a loop without end": ("while (s->n) { s->n--; } return 0;", ""),
    "in a switch": ("switch (s->a) { case 1: s->on = true; break; } return 0;", ""),
    "by a function without a body": ("foo_update(s); return 0;", ""),
    "by a function that is given a pointer behind": ("bus_update(s->bus); return 0;", ""),
    "by a function that is given a part": ("part_update(&s->part); return 0;", ""),
    "by a function that holds the state in a variable": (
        "Holder h = { .s = s }; foo_update(&h); return 0;",
        "typedef struct Holder { FooState *s; } Holder;",
    ),
    "by a call through a pointer": ("s->ops->check(s); return 0;", ""),
    "by a call whose result is returned": ("return foo_check(s);", ""),
    "by a call that is given a computed pointer": ("foo_update(s->bus - s->n); return 0;", ""),
    "by a call that is given the difference of pointers": (
        "foo_update((void *)s - 8); return 0;",
        "",
    ),
    "through a computed pointer": ("*(s->data + s->a + 4) = 1; return 0;", ""),
    "through a pointer from elsewhere": ("Bus *b = find_bus(); b->level = s->x; return 0;", ""),
    "through a pointer that the program keeps": ("the_foo->a = 1; return 0;", "FooState *the_foo;"),
    "of a variable of the program": ("counter = 1; return 0;", "static int counter;"),
    "through a pointer from elsewhere that is given the state": (
        "Bus *b = find_bus(s); b->level = 1; return 0;",
        "",
    ),
    "of the struct around": (
        "Outer *o = container_of(s, Outer, foo); o->n = 1; return 0;",
        "typedef struct Outer { FooState foo; uint32_t n; } Outer;",
    ),
    "by a copy of a struct": ("s->part = s->parts[1]; return 0;", ""),
    "by a callback": (
        "each(set, s); return 0;",
        "static void set(void *o) { FooState *s = o; s->a = 1; }"
        " static void each(void (*f)(void *), void *o) { f(o); }",
    ),
    "by memset": ("memset(s->data, 0, sizeof(s->data)); return 0;", ""),
    "by a timer": ("timer_mod(s->timer, 5); return 0;", ""),
    "by an interrupt": ("qemu_set_irq(s->irq, s->on); return 0;", ""),
    "by assembler": ('asm("nop"); s->a = 1; return 0;', ""),
    "by a macro": ("SET(s); return 0;", "#define SET(s) do { (s)->a = 1; } while (0)\n"),
    "on a list": ("Bus *b; for (b = s->bus; b; b = b->next) { b->level = 0; } return 0;", ""),
    "by a list of functions": (
        "int i; for (i = 0; i < 2; i++) { if (steps[i](s) < 0) return -1; } return 0;",
        "static int (*steps[])(FooState *) = { one, two };",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_hook_that_may_change_something(case: str) -> None:
    body, before = CHANGES[case]
    assert not run(body, before).only_refuses


# Refusals that are not all known: it is said, and no condition is made up.
VAGUE = {
    "a call without a body": "return foo_check(s);",
    "a condition behind such a call": "foo_update(s); if (s->a) { return -1; } return 0;",
    "an error of a function that is known": "Error *err = NULL;"
    " object_property_get_bool(s, name, &err); return err ? -1 : 0;",
    "an error of a service": "Error *err = NULL; blk_set_aio(s->bus, &err); return err ? -1 : 0;",
    "a member as the result": "return s->n;",
    "a positive result": "return s->on ? 1 : 0;",
    "an element found first": "for (int i = 0; i < 100; i++) { if (s->regs[i] == 1) return 0;"
    " if (s->regs[i] == 2) return -1; } return 0;",
    "what a loop sums up": "uint32_t sum = 0; for (int i = 0; i < 100; i++) { sum += s->regs[i]; }"
    " return sum > 7 ? -1 : 0;",
    "what a loop has changed": "for (int i = 1; i < 100; i++) { s->regs[i] = s->regs[i - 1]; }"
    " return s->regs[99] ? -1 : 0;",
    "a list": "Bus *b; for (b = s->bus; b; b = b->next) { if (b->level) return -1; } return 0;",
    "the host": "int fd = open(path, 0); if (fd < 0 && s->on && test(s)) return -1; return 0;",
    "bytes as another type": "uint32_t v = *(uint32_t *)s->data; return v ? -1 : 0;",
    "a float": "return s->a * 0.5 > 1 ? -1 : 0;",
}


@pytest.mark.parametrize("case", VAGUE)
def test_refusals_that_are_not_known_are_said(case: str) -> None:
    effect = run(VAGUE[case])
    assert not effect.knows_refusals
    assert not effect.refusals
    assert not effect.only_refuses


def test_a_refusal_before_what_is_not_understood_is_exact() -> None:
    effect = run("if (s->a > 3) { return -EINVAL; } foo_update(s); return 0;")
    assert effect.knows_refusals
    assert [each.error for each in effect.refusals] == ["-EINVAL"]
    assert refuses(effect, {"a": 4})
    assert not refuses(effect, {"a": 3})
    assert effect.changed is None


def list_changed(effect: HookEffect) -> list[str] | None:
    if effect.changed is None:
        return None
    return sorted(
        ".".join(each.name for each in path.steps if isinstance(each, StepTo))
        for path in effect.changed
    )


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ("s->a = s->x & 3; return 0;", ["a"]),
        ("if (s->on) { s->n = 4; } else { s->x = 3; } return 0;", ["n", "x"]),
        ("for (int i = 0; i < 100; i++) { s->regs[i] = i; } return 0;", ["regs"]),
        ("s->data[s->a] = 1; return 0;", ["data"]),
        ("memset(s->data, 0, 8); return 0;", ["data"]),
        (
            "timer_mod(s->timer, 5); memory_region_set_enabled(&s->mr, s->on); return 0;",
            ["mr", "timer"],
        ),
        ("s->part.n = foo(); return 0;", ["part.n"]),
        ("foo_update(&s->part); return 0;", None),
        ("foo_update(s->x); return 0;", []),
        ('qemu_log("%d", s->x); return 0;', []),
    ],
)
def test_what_a_hook_may_change(body: str, changed: list[str] | None) -> None:
    assert list_changed(run(body)) == changed


def test_a_table_of_functions_is_read() -> None:
    """Also by a function that a macro makes."""
    text = """
    typedef struct Way { const char *name; bool (*needed)(void *o); } Way;
    typedef struct FooState { uint8_t a, b; } FooState;
    static bool by_a(void *o) { FooState *s = o; return s->a; }
    Way ways[2] = { [1] = { .name = "a", .needed = by_a }, [0] = { .name = "b" } };
    #define MAKE(sname, n) \\
    static bool sname##_needed(void *opaque) { \\
        FooState *s = opaque; \\
        bool (*needed)(void *o) = ways[n].needed; \\
        return needed ? needed(opaque) : s->b; \\
    } \\
    const VMStateDescription vmstate_##sname = { .name = #sname, .needed = sname##_needed }
    MAKE(zero, 0);
    MAKE(one, 1);
    """
    program = make_program({"hw/foo.c": text})
    unit = program.unit("hw/foo.c")
    zero, one = (
        run_predicate(program, f"{each}_needed", unit, "FooState") for each in ("zero", "one")
    )
    assert [compute(each, {"a": 1}) for each in (zero, one)] == [0, 1]
    assert [compute(each, {"b": 1}) for each in (zero, one)] == [1, 0]


def test_a_value_of_the_state_is_an_assignment() -> None:
    effect = run("if (version_id < 3) { s->a = 7; } return 0;")
    assert effect.is_whole
    (assignment,) = effect.assignments
    assert assignment.target.steps == (StepTo("a"),)
