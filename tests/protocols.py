"""Five protocols as firms write them: numbered sections, tables, nested lists, tracked changes, a PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen import canvas

NUMBERED = [
    (
        1,
        "Purpose and scope",
        [
            "This protocol governs first-level review in Harbor v. Pilot. It replaces the memo of May."
        ],
    ),
    (1, "Responsiveness", ["Reviewers code for content, not for tone."]),
    (
        2,
        "Company newsletters",
        [
            "Newsletters are coded Not Responsive, whatever they mention.",
            "This holds for every edition.",
        ],
    ),
    (2, "Calendar entries", ["Read title and invitees together. Where the title is bare, ask."]),
    (1, "Privilege", []),
    (
        2,
        "Outside publicity firms",
        ["Mail with a publicity firm is Privileged: Withhold if counsel retained it."],
    ),
    (3, "Missing engagement letters", ["Escalate these to the privilege lead. Do not guess."]),
]


def numbered(path: Path) -> Path:
    """Headings numbered by Word itself: the numbers stand in no text of the file."""
    document = docx.Document()
    document.add_heading("Review Protocol", 0)
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{".".join(f"%{i + 1}" for i in range(n + 1))}"/></w:lvl>'
        for n in range(3)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )
    for level, title, paragraphs in NUMBERED:
        heading = document.add_heading(title, level)
        heading._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="77"/></w:numPr>'
            )
        )
        for text in paragraphs:
            document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = "Privileged & Confidential"
    document.save(str(path))
    return path


def tables(path: Path) -> Path:
    """A protocol that is mostly a table: id, subject, treatment."""
    document = docx.Document()
    document.add_heading("Coding table", 1)
    document.add_paragraph("Find the row, apply the treatment.")
    rows = [
        ("Rule", "Subject", "Treatment"),
        (
            "RESP-01",
            "Newsletters",
            "Out, whatever they mention.\nCall: responsiveness = Not Responsive",
        ),
        (
            "PRIV-01",
            "Publicity firms",
            "Who retained them decides.\nCall (if counsel retained the firm): privilege = Privileged: Withhold\nEscalate (if nobody knows): privilege",
        ),
        ("PRIV-02", "Drafts | unsent", "Privileged when sent to counsel."),
    ]
    table = document.add_table(rows=0, cols=3)
    for values in rows:
        for cell, text in zip(table.add_row().cells, values, strict=True):
            cell.text = text
    document.add_heading("Contacts", 1)
    people = document.add_table(rows=0, cols=2)
    for values in (("Name", "Role"), ("A. Reyes", "privilege lead"), ("B. Odum", "review manager")):
        for cell, text in zip(people.add_row().cells, values, strict=True):
            cell.text = text
    document.save(str(path))
    return path


def nested(path: Path) -> Path:
    """Bold lines instead of heading styles, and lists three deep."""
    document = docx.Document()
    for title, items in (
        (
            "Privilege screen",
            [
                (1, "Look for counsel in any field."),
                (2, "From and To come first."),
                (3, "Then copies; blind copies count too."),
                (1, "Look for advice."),
            ],
        ),
        ("Technical issues", [(1, "Password: code Technical."), (2, "Ask the custodian once.")]),
    ):
        document.add_paragraph().add_run(title).bold = True
        document.add_paragraph("Work through the list from top to bottom:")
        for depth, text in items:
            document.add_paragraph(
                text, style="List Bullet" if depth == 1 else f"List Bullet {depth}"
            )
    document.save(str(path))
    return path


def tracked(path: Path) -> Path:
    """Tracked changes, a comment and hidden text, as a protocol looks the night before review."""
    document = docx.Document()
    document.add_heading("PRIV-07 Publicity consultants", 2)
    paragraph = document.add_paragraph("Consultants are ")
    _change(paragraph, "del", "never privileged.")
    _change(paragraph, "ins", "privileged if counsel retained them.")
    hidden = document.add_paragraph("Partner's aside: see the June call.").runs[0]
    hidden.font.hidden = True
    document.add_comment(paragraph.runs, text="Is this agreed with the client?", author="B. Odum")
    document.add_paragraph("Call (if counsel retained them): privilege = Privileged: Withhold")
    document.add_heading("Union mail", 2)
    document.add_paragraph("What the union writes goes to the manager.")
    document.save(str(path))
    return path


def _change(paragraph: Any, kind: str, text: str) -> None:
    change = OxmlElement(f"w:{kind}")
    change.set(qn("w:author"), "A. Reyes")
    run = OxmlElement("w:r")
    words = OxmlElement("w:delText" if kind == "del" else "w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    change.append(run)
    paragraph._p.append(change)


def footnoted(path: Path) -> Path:
    """Footnotes that carry the exceptions. python-docx writes none, so the part is added by hand."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    document = docx.Document()
    document.add_heading("Newsletters", 1)
    paragraph = document.add_paragraph("Newsletters are out.")
    paragraph.add_run()._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="2"/>'))
    document.add_paragraph("They are not logged.")
    document.add_heading("Drafts", 1)
    document.add_paragraph("Drafts to counsel are withheld.")
    xml = (
        f'<?xml version="1.0"?><w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>'
        "Except the edition of May 2021, which goes to the manager.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(path))
    return path


PDF_PAGES = [
    [
        "PROTOCOL",
        "This protocol governs the review.",
        "",
        "PRIV-07 Publicity consultants",
        "A consultant is privileged only if counsel retained it, as rule",
        "PRIV-09 says too.",
        "Call (if counsel retained the consultant to help give legal",
        "advice): privilege = Privileged: Withhold",
    ],
    [
        "PRIV-09 Drafts",
        "Drafts sent to counsel are withheld.",
        "Call: privilege = Privileged: Withhold",
        "See PRIV-07",
    ],
    ["4.2 Newsletters", "Newsletters are out."],
]


def pdf(path: Path) -> Path:
    """A PDF of three pages with running heads and page numbers."""
    page = canvas.Canvas(str(path), pagesize=LETTER)
    for number, lines in enumerate(PDF_PAGES, 1):
        page.drawString(72, 760, "Harbor v. Pilot - Privileged & Confidential")
        for i, line in enumerate(lines):
            page.drawString(72, 720 - 14 * i, line)
        page.drawString(300, 40, f"Page {number} of 3")
        page.showPage()
    page.save()
    return path


ALL = {
    "numbered.docx": numbered,
    "tables.docx": tables,
    "nested.docx": nested,
    "tracked.docx": tracked,
    "footnoted.docx": footnoted,
    "printed.pdf": pdf,
}
