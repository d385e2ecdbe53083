"""Who builds Ropewalk Quarter. The numbers are from the range kept free for fiction; the domains can't exist."""

from dataclasses import dataclass

from tallystick.demo.content.business_numbers import fictional_abn


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the directory with the person who claims for it."""

    serial: int
    name: str
    trade: str
    address: str
    contact: str
    domain: str

    @property
    def abn(self) -> str:
        return fictional_abn(self.serial)

    @property
    def phone(self) -> str:
        return f"(02) 5550 {1000 + self.serial * 7:04d}"

    @property
    def email(self) -> str:
        return f"accounts@{self.domain}.example"

    @property
    def contact_email(self) -> str:
        return f"{self.contact.split()[0].lower()}@{self.domain}.example"


OWN = Firm(1, "Tern & Harrow Construction Pty Ltd", "Head contractor", "Level 3, 88 Hannell Street\nWickham NSW 2293", "Marian Oakes", "ternharrow")  # fmt: skip
CLIENT = Firm(2, "Ropewalk Quarter Developments Pty Ltd", "Developer", "Suite 9, 4 Honeysuckle Drive\nNewcastle NSW 2300", "Ellery Voss", "ropewalkquarter")  # fmt: skip

_ROWS = (
    ("piling", "Calloway Piling & Shoring Pty Ltd", "Piling and shoring", "31 Old Punt Road\nTomago NSW 2322", "Bridget Calloway", "callowaypiling"),
    ("civil", "Blackbutt Creek Civil Pty Ltd", "Civil works and drainage", "7 Quarry Close\nBeresfield NSW 2322", "Hamish Orr", "blackbuttcreek"),
    ("formwork", "Ardenfall Formwork Pty Ltd", "Formwork", "18 Shipley Drive\nRutherford NSW 2320", "Luca Ferrante", "ardenfall"),
    ("reinforcement", "Kestrelgate Reinforcing Pty Ltd", "Reinforcement", "55 Munibung Road\nCardiff NSW 2285", "Anh Pham", "kestrelgate"),
    ("concrete", "Marlowe Bay Concreting Pty Ltd", "Concrete placing and finishing", "3 Enterprise Crescent\nSingleton NSW 2330", "Jordan Tuala", "marlowebay"),
    ("premix", "Ironbark Gully Premix Pty Ltd", "Concrete supply", "140 Kooragang Street\nKooragang NSW 2304", "Sally Whitcombe", "ironbarkpremix"),
    ("steel", "Thornbeck Steel Fabrications Pty Ltd", "Structural steel", "9 Galleghan Street\nHexham NSW 2322", "Piotr Zielinski", "thornbecksteel"),
    ("precast", "Hallam Reach Precast Pty Ltd", "Precast concrete", "22 Racecourse Road\nRutherford NSW 2320", "Colleen Marsh", "hallamreach"),
    ("facade", "Lanternwing Façades Pty Ltd", "Façade and windows", "61 Percival Road\nSmithfield NSW 2164", "Zoë Küster", "lanternwing"),
    ("roofing", "Corran Ridge Roofing Pty Ltd", "Roofing", "14 Hill Street\nBelmont NSW 2280", "Mick Delahunty", "corranridge"),
    ("mechanical", "Pelligrove Mechanical Services Pty Ltd", "Mechanical services", "2 Lenaghans Drive\nBlack Hill NSW 2322", "Farah Nasser", "pelligrove"),
    ("electrical", "Voltmere Electrical Pty Ltd", "Electrical services", "77 Maitland Road\nIslington NSW 2296", "Owen Sefton", "voltmere"),
    ("hydraulic", "Stillbend Hydraulics Pty Ltd", "Hydraulic services", "40 Kalaroo Road\nRedhead NSW 2290", "Tegan Rowley", "stillbend"),
    ("fire", "Emberline Fire Protection Pty Ltd", "Fire protection", "8 Kinta Drive\nBeresfield NSW 2322", "Nikhil Rao", "emberlinefire"),
    ("lifts", "Tallowmere Lift Company Pty Ltd", "Lifts", "200 Parramatta Road\nAuburn NSW 2144", "Ingrid Solheim", "tallowmerelifts"),
    ("linings", "Whitlock Linings Pty Ltd", "Plasterboard and partitions", "12 Revelation Close\nTighes Hill NSW 2297", "Ben Whitlock", "whitlocklinings"),
    ("tiling", "Terrazone Tiling Pty Ltd", "Tiling", "5 Mitchell Road\nMoss Vale NSW 2577", "Rosa Bianchi", "terrazonetiling"),
    ("joinery", "Dovetail Hollow Joinery Pty Ltd", "Joinery", "33 Glenwood Drive\nThornton NSW 2322", "Peter Szabó", "dovetailhollow"),
    ("painting", "Brushfold Painting Pty Ltd", "Painting", "19 Clyde Street\nHamilton NSW 2303", "Kayla Brandt", "brushfold"),
    ("flooring", "Underlea Floors Pty Ltd", "Floor coverings", "101 Lambton Road\nBroadmeadow NSW 2292", "Marcus Dell", "underleafloors"),
    ("landscaping", "Fernlow Landscapes Pty Ltd", "Landscaping", "266 Medowie Road\nMedowie NSW 2318", "Isla Penrose", "fernlow"),
    ("scaffolding", "Highgantry Scaffolding Pty Ltd", "Scaffolding", "4 Pipeclay Avenue\nThornton NSW 2322", "Reuben Katz", "highgantry"),
    ("crane", "Longjib Crane Hire Pty Ltd", "Crane hire", "85 Industrial Drive\nMayfield NSW 2304", "Trudy Hannaford", "longjib"),
    ("waterproofing", "Sealmoor Waterproofing Pty Ltd", "Waterproofing", "27 Nelson Road\nCardiff NSW 2285", "Ali Demir", "sealmoor"),
    ("doors", "Latchmere Doors & Hardware Pty Ltd", "Doors and hardware", "6 Metro Court\nGateshead NSW 2290", "Helen Yip", "latchmere"),
    ("cleaning", "Brightsill Cleaning Pty Ltd", "Site cleaning", "48 Beaumont Street\nHamilton NSW 2303", "Mele Fonua", "brightsill"),
    ("security", "Nightjar Site Security Pty Ltd", "Site security", "15 Hudson Street\nHamilton NSW 2303", "Grant Ellison", "nightjarsecurity"),
    ("signage", "Lettermere Signs Pty Ltd", "Signage", "3 Parry Street\nNewcastle West NSW 2302", "Josie Lam", "lettermere"),
)  # fmt: skip

FIRMS: dict[str, Firm] = {key: Firm(serial, *facts) for serial, (key, *facts) in enumerate(_ROWS, 3)}
"""By trade key, in the order in which they come on site."""
