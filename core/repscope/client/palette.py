"""Colors of classes, the same as on the page (`frontend/src/color/palette.ts` has the reasons)."""

#: Okabe and Ito (2008), with gray in the place of black.
OKABE_ITO = ("0072B2", "E69F00", "009E73", "D55E00", "56B4E9", "CC79A7", "F0E442", "999999")

#: More than eight: each color the one farthest from all before it (after Glasbey et al., 2007).
_FURTHER = """
    5C00FF A31F66 00EBB8 8F70FF 855214 D600C2 99C27A FF4766 ADCCF5 995C85 D60047 FF7AD6
    5266E0 ADD600 66528F D6A3AD CC66D6 8F00B8 7A99FF AD7A52 D6CC70 F57A47 B80099 527047
    701FD6 66D6CC 5CB885 B84766 C21400 99A3CC FF995C 3D8FE0 A333FF 7A8500 A3991F EB14A3
    8566CC EBC299 C27A7A 707AA3 CC9970 D699FF 33C2B8 4799B8 8F3D7A EBB8E0 A35247 C2B8FF
"""
MANY = (*OKABE_ITO[:7], *_FURTHER.split())

#: Classes that are colors: any other color beside such a name would mislead.
NAMED = {
    "red": "D93A36",
    "orange": "F08A1D",
    "yellow": "E6CF2E",
    "lime": "9BD22D",
    "green": "2E9E4F",
    "cyan": "2BC4D0",
    "blue": "2F6FE0",
    "indigo": "5A3FD6",
    "violet": "A34DE0",
    "purple": "8E3CB8",
    "pink": "F07CB8",
    "magenta": "D93AB5",
    "brown": "8A5A3B",
    "gray": "8C9096",
}

#: Items without a class.
MISSING = "#888C92"


def class_colors(names: list[str]) -> list[str]:
    """Return one color a class, as `#0072B2`; beyond the palette's end they come round again.

    Args:
        names: Names of the classes; where all are colors, each gets its own.
    """
    own = [NAMED.get(name.lower()) for name in names]
    palette = OKABE_ITO if len(names) <= len(OKABE_ITO) else MANY
    if not all(own):
        own = [palette[place % len(palette)] for place in range(len(names))]
    return [f"#{color}" for color in own]
