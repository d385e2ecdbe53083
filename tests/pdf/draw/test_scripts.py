"""Every script is shown, and what is copied out of the PDF is what was put in."""

import io

import pikepdf
import pytest

from tallystick.pdf.draw import A4, Document, typesetter
from tallystick.pdf.draw.characters import clean
from tests.pdf.draw.reading import flat, texts

FROM_LEFT = {
    "latin": "Façade, naïve œuvre – “Größe” ½ × 3 m² ≤ 5 €",
    "kerned": "AV To Wave Type Yes. P. 1,234.50",
    "greek": "Σκυρόδεμα θεμελίων Ω",
    "cyrillic": "Бетонные работы, секция Ж",
    "vietnamese": "Nguyễn Văn Cừ, Đường số ạ",
    "devanagari": "निर्माण कार्य प्रगति क्षेत्र",
    "bengali": "বাংলা নির্মাণ কাজ",
    "tamil": "தமிழ் கட்டுமானம்",
    "thai": "บริษัทก่อสร้างน้ำกำลัง",
    "lao": "ພາສາລາວກໍ່ສ້າງ",
    "khmer": "ខ្មែរសំណង់",
    "burmese": "မြန်မာစာ ဆောက်",
    "georgian": "ქართული მშენებლობა",
    "armenian": "Հայերեն շինարարություն",
    "amharic": "አማርኛ ግንባታ",
    "chinese": "混凝土工程进度款、申请表",
    "japanese": "コンクリート工事の請求書",
    "korean": "콘크리트 공사 청구서",
    "emoji": "🏗 👷🏽 done ✓",
    "mixed": "Lot 7 混凝土 Бетон कार्य",
    "ligature": "office floor ﬁ",
    "marks": "x́ q̈ e\u0301",
}
FROM_RIGHT = {
    "arabic": "شركة البناء المتحدة لأعمال الخرسانة",
    "hebrew": "חברת בנייה שלום",
    "arabic in english": "Claim of شركة البناء today",
}


def shown(text: str, weight: str = "regular") -> bytes:
    document = Document(title="Sample", language="en-AU")
    page = document.page(A4)
    page.show(typesetter(weight, "en-AU").line(text), 40, 60, 14)  # type: ignore[arg-type]
    return document.to_bytes()


@pytest.mark.parametrize("weight", ["regular", "semibold", "italic"])
@pytest.mark.parametrize("sample", FROM_LEFT.values(), ids=FROM_LEFT)
def test_text_can_be_copied_out_of_the_pdf(sample: str, weight: str) -> None:
    pdf = shown(sample, weight)

    (text,) = texts(pdf)

    wanted = flat(sample).replace("ﬁ", "fi")  # pdfium spells ligature characters out
    assert flat(text) == wanted


@pytest.mark.parametrize("sample", FROM_RIGHT.values(), ids=FROM_RIGHT)
def test_words_from_right_to_left_can_be_copied_out(sample: str) -> None:
    (text,) = texts(shown(sample))

    assert sorted(text.split()) == sorted(sample.split())


def test_vowel_signs_come_with_their_letters() -> None:
    (text,) = texts(shown("مُحَمَّد"))

    assert sorted(flat(text)) == sorted("مُحَمَّد")


def test_a_name_from_right_to_left_stands_in_visual_order() -> None:
    # given an Arabic name between English words
    line = typesetter("regular").line("one شركة البناء two")

    # then the second Arabic word stands left of the first
    shown_texts = ["".join(cluster.text for cluster in span.clusters) for span in line.spans]  # type: ignore[union-attr]
    assert shown_texts[0] == "one "
    assert shown_texts[-1] == " two"
    middle = "".join(shown_texts[1:-1])
    assert middle == "شركة البناء"[::-1]


def test_a_character_that_no_font_has_is_shown_as_a_replacement() -> None:
    # given a character of the private use area
    line = typesetter("regular").line("before \ue000 after")

    # then it takes room, and the PDF is well-formed
    assert line.width > typesetter("regular").line("before  after").width
    assert "before" in texts(shown("before \ue000 after"))[0]


def test_control_characters_and_direction_overrides_are_dropped() -> None:
    assert clean("a\x00b\x1b[0m\u202egnp.exe\ufeff") == "ab[0mgnp.exe"
    assert clean("one\r\ntwo\u2028three\tfour") == "one\ntwo\nthree four"
    assert clean("lone \ud800 surrogate") == "lone \ufffd surrogate"


def test_han_characters_take_the_shapes_that_the_text_tells() -> None:
    def face(text: str, language: str) -> str:
        return typesetter("regular", language).line(text).spans[0].face.name

    assert face("請求書", "en-AU") == "NotoSansCJKSC"
    assert face("請求書の", "en-AU") == "NotoSansCJKJP"
    assert face("청구서", "en-AU") == "NotoSansCJKKR"
    assert face("請求書", "zh-TW") == "NotoSansCJKTC"


def test_a_page_of_chinese_embeds_its_characters_only() -> None:
    pdf = shown("混凝土工程进度款申请表上海建工集团有限公司")

    assert len(pdf) < 40_000
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = opened.pages[0].Resources.Font
        names = {str(font.BaseFont) for font in fonts.values()}
    assert any(name.endswith("+NotoSansCJKSC") for name in names)
