"""A VMStateInfo that stands in its field: `.info = &(const VMStateInfo) { … }`."""

from tests.unit.csource.trees import make_program
from vmsdl.csource.codecs import read_own_codec
from vmsdl.csource.descriptions import read_description
from vmsdl.csource.values import NumberValue

FILES = {
    "configs/targets/x86_64-softmmu.mak": "TARGET_ARCH=x86_64\n",
    "hw/gpu.c": """
static int gpu_save(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_put_be32(f, 0);
    qemu_put_byte(f, 1);
    return 0;
}
static const VMStateDescription vmstate_gpu = {
    .name = "gpu",
    .fields = (const VMStateField[]) {
        {
            .name = "scanouts",
            .info = &(const VMStateInfo) { .name = "gpu scanouts", .put = gpu_save, },
            .flags = VMS_SINGLE,
        },
        { .flags = VMS_END },
    },
};
""",
}


def test_its_name_and_its_size() -> None:
    program = make_program(FILES)
    unit = program.unit("hw/gpu.c")
    region = program.find_initializer("VMStateDescription", "vmstate_gpu", unit)
    assert region is not None
    (field,) = read_description(program, "vmstate_gpu", region).fields
    assert field.info is None
    codec = read_own_codec(program, field.codec, unit, field.size, field.name)
    assert (codec.name, codec.size) == ("gpu scanouts", NumberValue(5))
