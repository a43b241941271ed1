"""HTML as a browser reads it: the tree, and what is wrong with it by the standard."""

from xml.etree.ElementTree import Element, TreeBuilder

from markupever import HtmlOptions, Parser, dom

# Says of a mistake which tag it is about.
EXACTLY = HtmlOptions(exact_errors=True)


def read(html: str) -> tuple[Element, list[str]]:
    """The root of the tree, which is <html> whatever was given, without comments; and the mistakes, in words."""
    parser = _parsed(html)
    mistakes = parser.errors()
    builder = TreeBuilder()
    _copy(parser.into_dom().root(), builder)
    return builder.close(), mistakes


def _copy(node: dom.BaseNode, into: TreeBuilder) -> None:
    for child in node.children():
        if isinstance(child, dom.Element):
            name = child.name.local
            into.start(name, {key.local: value for key, value in child.attrs.items()})
            _copy(child, into)
            into.end(name)
        elif isinstance(child, dom.Text):
            into.data(child.content)


def first_mistake(html: str) -> str:
    """For who has to mend it: what is wrong there, the number of the line, and the line."""
    first, lines = _parsed(html).errors()[0], html.splitlines(keepends=True)
    until = (number for number in range(1, len(lines)) if _parsed("".join(lines[:number])).errors()[:1] == [first])
    number = next(until, len(lines))
    return f"{first} in line {number}: {lines[number - 1].strip()[:120]}"


def _parsed(html: str) -> Parser:
    parser = Parser(EXACTLY)
    parser.process(html)
    return parser.finish()
