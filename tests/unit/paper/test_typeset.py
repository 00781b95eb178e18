"""Whatever was typed prints as it is: never markup, never a missing page, nothing written to any disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.paths import content_dir
from ces_tui.paper.preview import as_text
from ces_tui.paper.records import LAYOUTS, Block, Column, Field, Line, Sheet, Signature, Table
from ces_tui.paper.typeset import PaperProblem, pdf, pictures
from tests.unit.paper.pdf_text import pages_of, squeezed, words_of

TEMPLATES = ("hoja", "receta", *(f"nota_{layout}" for layout in LAYOUTS))
HOSTILE = (
    '#panic("x")',
    '#read("/etc/passwd")',
    '#import "/etc/hosts": *',
    '#eval("1+1")',
    "#sys.inputs.data",
    "*negrita* _cursiva_ `código`",
    "$x^2$ \\ \\u{41}",
    "= Título",
    "- lista + lista / término: x",
    "<etiqueta> @referencia",
    '"]})],"blocks":[],"void":"x',
    "// comentario /* otro */",
    "%PDF-1.7 (texto) Tj << /JS >>",
    "[corchetes] {llaves} ~ ''comillas''",
    "https://ejemplo.invalid/a?b=c",
    "ñÑáéíóúüÜ¿¡ªº«»–—…½¼°µ²₂≥≤×÷€",
    "Ǆ ẞ Ω Я ש ع",
    "漢字 😀 \U0010ffff \ue000",
    "A\u0301e\u0303 \u0e01\u0e33",
    "a" * 3000,
    "palabra " * 1500,
)
"""The last two are longer than anything that the record takes: they end cut, with a mark."""


def sheet(template: str, text: Callable[[str], str], *, void: bool = False) -> Sheet:
    """A sheet with `text` in every place that takes words; each place has its own tag."""
    columns = (
        Column(title=text("t1"), width=3),
        Column(title=text("t2")),
        Column(title=text("t3"), align="right"),
    )
    lines = (Line(cells=(text("c1"), text("c2"), text("c3")), below=text("below"), loud=True),
             Line(cells=(text("c4"), "", text("c6"))))  # fmt: skip
    keys = ("identity", "allergies", "vitals", "subjective", "medicines", "end")
    blocks = tuple(
        Block(
            key=key,
            heading=text(f"h-{key}"),
            fields=(Field(label=text(f"l-{key}"), value=text(f"v-{key}"), span=2), Field(label="vacío")),
            paragraphs=(text(f"p-{key}"), ""),
            table=Table(columns=columns, lines=lines, blank=1) if key == "medicines" else None,
            ruled=2 if key == "end" else 0,
            loud=key == "allergies",
        )
        for key in keys
    )
    return Sheet(
        template=template, title=text("title"), institution=text("institution"), unit=text("unit"), place=text("place"),
        who=text("who"), printed=text("printed"), demo=True, void=text("void") if void else "", blocks=blocks,
        signatures=(Signature(name=text("name"), lines=(text("line"),), caption=text("caption")),), remark=text("remark"),
    )  # fmt: skip


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_in_every_place_still_make_a_paper(template: str, hostile: str) -> None:
    """No template evaluates, breaks or loses its place through what someone typed."""
    paper = pdf(sheet(template, lambda tag: hostile, void=len(hostile) % 2 == 0))
    assert paper.startswith(b"%PDF-") and paper.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("hostile", HOSTILE[:15], ids=range(15))
def test_what_looks_like_markup_is_printed_letter_by_letter(template: str, hostile: str) -> None:
    """The same letters come out of the PDF, at each place with its tag (headings are printed in capitals)."""
    words = words_of(pdf(sheet(template, lambda tag: f"{tag}:{hostile}:fin")))
    narrow = () if template == "nota_juris_x" else ("v-vitals",)  # a column so narrow that it divides words
    for tag in ("v-identity", "p-subjective", "c1", "below", "who", "name", "remark", *narrow):
        assert squeezed(f"{tag}:{hostile}:fin") in words, tag
    assert "DATOSINVENTADOS" in words


_ANY = st.text(max_size=120) | st.text(alphabet="#[]{}$*_`\\\"'<>@=/-+~:;,.()|& \n\taé", max_size=120)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ANY, st.sampled_from(TEMPLATES), st.booleans())
def test_any_text_at_all_prints(text: str, template: str, void: bool) -> None:
    """Every character of Unicode, lone surrogates and controls among them, in every place."""
    assert pdf(sheet(template, lambda tag: text, void=void)).startswith(b"%PDF-")


def test_characters_that_no_font_has_take_nothing_else_away() -> None:
    """A missing glyph is drawn as a box; the words around it stay, and it takes its own place."""
    plain = pictures(_words("antes  después"))
    strange = pictures(_words("antes \U0001f600\U00012345 después"))
    assert len(plain) == len(strange) == 1 and plain != strange


def test_spanish_is_printed_whole() -> None:
    letters = "ÁÉÍÓÚÜÑáéíóúüñ¿¡«»ºª°½¼¾±≥≤×µ²³₂€–—…“”‘’•→"
    assert letters in words_of(pdf(_words(letters)))


def test_control_characters_never_reach_the_paper() -> None:
    """An escape, a bell or a bidirectional override is shown as a question mark."""
    assert pictures(_words("a\x1b[31m\x07\u202eb")) == pictures(_words("a?[31m??b"))


def test_a_sheet_of_a_demo_store_says_so_on_every_page() -> None:
    long = sheet("hoja", lambda tag: "palabra " * 300)
    pages = pages_of(pdf(long))
    assert len(pages) > 3
    assert all("DATOS INVENTADOS" in page for page in pages)
    real = pages_of(pdf(msgspec.structs.replace(long, demo=False)))
    assert not any("INVENTADOS" in page for page in real)


def test_every_page_says_which_of_how_many_and_whose_it_is() -> None:
    pages = pages_of(
        pdf(sheet("nota_juris_x", lambda tag: "palabra " * 200 if tag.startswith("p-") else tag))
    )
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Hoja {number} de {len(pages)}" in page and "who" in page


def test_the_preview_says_what_the_paper_says() -> None:
    """Every word of the sheet stands in the preview too."""
    tags: list[str] = []
    text = as_text(sheet("hoja", lambda tag: tags.append(f"«{tag}»") or f"«{tag}»", void=True))  # type: ignore[func-returns-value]
    unseen = [t for t in tags if t not in text and t not in {"«t1»", "«who»"}]
    assert unseen == []


def test_a_text_too_long_for_its_place_is_cut_where_one_sees_it_and_a_note_never_is() -> None:
    words = words_of(pdf(sheet("hoja", lambda tag: f"{tag} " + "palabra " * 2000 + "FINAL" + tag)))
    assert "FINALp-subjective" in words
    assert "FINALwho" not in words and "FINALv-vitals" not in words and "[…]" in words


def test_a_sheet_beyond_all_measure_is_refused() -> None:
    with pytest.raises(PaperProblem, match="demasiado largo"):
        pdf(
            Sheet(
                template="hoja",
                title="x",
                unit="y",
                blocks=(Block(key="a", paragraphs=("palabra " * 12_000,) * 12),),
            )
        )


@given(st.lists(st.integers(0, 9), max_size=12), st.sampled_from(TEMPLATES))
@settings(max_examples=30, deadline=None)
def test_fields_of_any_width_find_their_rows(spans: list[int], template: str) -> None:
    """No order of wide and narrow fields keeps a paper from being made, in any layout's number of columns."""
    whole = sheet(template, lambda tag: tag)
    wide = tuple(Field(label=str(i), span=span) for i, span in enumerate(spans))
    blocks = tuple(msgspec.structs.replace(block, fields=wide) for block in whole.blocks)
    assert pdf(msgspec.structs.replace(whole, blocks=blocks)).startswith(b"%PDF-")


def test_templates_evaluate_and_read_nothing() -> None:
    """Data reaches them as JSON text alone: no eval, no file, no package, no other input."""
    found = sorted((content_dir() / "paper").glob("*.typ"))
    assert {path.stem for path in found} == {"base", *TEMPLATES}
    for path in found:
        code = "\n".join(line.split("//")[0] for line in path.read_text(encoding="utf-8").splitlines())
        for word in ("eval(", "read(", "plugin(", "include ", "mode:", "image(", "@preview"):
            assert word not in code, (path.name, word)
        assert code.count("sys.inputs") == (1 if path.stem == "base" else 0)
        assert code.count("import") == (0 if path.stem == "base" else 1)


def test_the_fonts_have_their_licences_beside_them() -> None:
    folder = content_dir() / "paper" / "fonts"
    told = (folder / "LICENCIAS.txt").read_text(encoding="utf-8")
    for font in folder.glob("*.ttf"):
        assert font.name in told
    assert "SIL OPEN FONT LICENSE" in told and "Bitstream" in told


_SCRIPT = """
import sys
from ces_tui.paper.records import Sheet, Block
from ces_tui.paper.typeset import PaperProblem, pdf, pictures
s = Sheet(template="receta", title="x", unit="y", blocks=(Block(key="a", paragraphs=("CANARIO",)),))
open("/dev/null").close()
pdf(s); pictures(s)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace")
def test_making_a_paper_writes_no_file(tmp_path: Path) -> None:
    """From the first import of typst to the last page no file is created, opened for writing, renamed or mapped shared."""
    trace = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-y", "-o", str(trace), "-e",
         "trace=open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,symlink,memfd_create,socket,truncate",
         sys.executable, "-B", "-c", _SCRIPT],
        capture_output=True, cwd=Path(__file__).resolve().parents[3], check=False, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    if b"ptrace" in done.stderr:
        pytest.skip("ptrace is not permitted here")
    assert done.returncode == 0, done.stderr[-500:]
    calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any("LiberationSans-Regular.ttf" in call for call in calls)
    writing = [
        call
        for call in calls
        if any(
            flag in call
            for flag in (
                "O_WRONLY",
                "O_RDWR",
                "O_CREAT",
                "creat(",
                "mkdir",
                "rename",
                "link(",
                "memfd",
                "socket(",
            )
        )
        and "/dev/null" not in call
        and " = -1 " not in call
    ]
    assert writing == []


def test_starting_and_unlocking_do_not_import_typst() -> None:
    """The start-up budget: typst comes with the first paper."""
    program = (
        "import sys, ces_tui.clinic, ces_tui.paper.papers, ces_tui.cli.app, screens.app, screens.imprimir\n"
        "assert not any(m == 'typst' or m.startswith('typst.') for m in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).resolve().parents[3])


def _words(text: str) -> Sheet:
    return Sheet(template="hoja", title="x", unit="y", blocks=(Block(key="a", paragraphs=(text,)),))
