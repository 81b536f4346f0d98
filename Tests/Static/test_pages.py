"""What the pages are made of: small, plain, self-contained."""
import json
import re

import pytest

from conftest import TESTS

ROOT = TESTS.parent
WEB, SCREEN = ROOT / "web", ROOT / "kiosk/screen"
PAGES = {"screen": SCREEN / "index.html"} | {name: WEB / name / "index.html" for name in ("vote", "moderate", "audit")}
IMPORT = re.compile(r'^import \{ ?[\w, \n]+ ?\} from "(\.{1,2}/[\w./-]+\.js)";$', re.M)
SOURCES = sorted([*WEB.rglob("*.js"), *WEB.rglob("*.html"), *SCREEN.rglob("*.js"), *SCREEN.rglob("*.html")])


def file_of(url):
    """The file behind a path of the hub."""
    if url.startswith("/screen/"):
        return SCREEN / url.removeprefix("/screen/")
    if url == "/favicon.ico":
        return WEB / "styles/icon.svg"
    return WEB / url.removeprefix("/")


def url_of(file):
    return f"/screen/{file.relative_to(SCREEN)}" if file.is_relative_to(SCREEN) else f"/{file.relative_to(WEB)}"


def loaded(page):
    """Every URL the page loads by its markup, its modules and its styles; not the languages."""
    found, todo = {}, [page]
    while todo:
        file = todo.pop()
        if file in found:
            continue
        text = file.read_text()
        found[file] = text
        if file.suffix == ".html":
            links = re.findall(r'(?:src|href)="(/[^"#]+)"', text)
        elif file.suffix == ".js":
            base = url_of(file).rsplit("/", 1)[0]
            links = []
            for target in IMPORT.findall(text):
                parts = (base + "/" + target).split("/")
                while ".." in parts:
                    at = parts.index("..")
                    del parts[at - 1:at + 1]
                links.append("/".join(part for part in parts if part != "."))
        elif file.suffix == ".css":
            links = re.findall(r'url\("?(/[^")]+)"?\)|@import "([^"]+)"', text)
            links = [a or b for a, b in links]
        else:
            links = []
        for link in links:
            target = file_of(link)
            assert target.is_file(), f"{file.relative_to(ROOT)} names {link}, which is not there"
            todo.append(target)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere(page):
    for file, text in loaded(PAGES[page]).items():
        addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text)) - {"http://www.w3.org"}
        assert not addresses, f"{file.relative_to(ROOT)}: {addresses}"


@pytest.mark.parametrize("page", PAGES)
def test_names_at_top_level_are_unique_in_a_page(page):
    """So that the hub may put a page's modules into one."""
    owner = {}
    for file, text in loaded(PAGES[page]).items():
        if file.suffix != ".js":
            continue
        for name in re.findall(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) ([\w$]+)", text, re.M):
            assert name not in owner, f"{name} in {file.name} and {owner[name]}"
            owner[name] = file.name


BROWSER = set("""Array BigInt Blob Boolean DataView Date Error Float64Array Int32Array Intl JSON Map Math Number Object
    Promise RegExp Set String TextDecoder TextEncoder URL URLSearchParams Uint8Array WebSocket addEventListener atob btoa
    cancelAnimationFrame clearInterval clearTimeout crypto customElements document fetch getComputedStyle history
    localStorage location matchMedia navigator performance requestAnimationFrame setInterval setTimeout window""".split())


@pytest.mark.parametrize("file", [file for file in SOURCES if file.suffix == ".js"], ids=lambda file: file.name)
def test_no_variable_has_the_name_of_something_of_the_browsers(file):
    """So that the hub may give variables other names (NameShortener.swift)."""
    text = file.read_text()
    lists = re.findall(r"\(([^()]*)\) (?:=>|\{)|(?:const|let) [\[{]([^=]*)[\]}] =", text)
    names = re.findall(r"(?:const|let|function|class) (\w+)", text) + re.findall(r"\w+", str(lists))
    calls = re.findall(r"(?:if|for|while|switch) \(([^()]*)\) \{", text)
    assert not set(names) & BROWSER - set(re.findall(r"\w+", str(calls))), file.name


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_sources_keep_to_the_house_rules(file):
    text = file.read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in text, word
    if file.suffix == ".js":
        imports = [line for line in text.splitlines() if line.startswith("import")]
        assert len(imports) <= len(IMPORT.findall(text)), "imports are named and relative"
        assert "export default" not in text and not re.search(r"^await ", text, re.M)
        assert not re.search(r"\?\?=|\|\|=|&&=|\.at\(|structuredClone|randomUUID", text), "old phones"
        assert "crypto.subtle" not in text or file.name == "signatures.js", "plain http has none"
    else:
        assert not re.search(r'\sstyle="|<script(?![^>]*src=)', text), "inline style or script"


def test_both_languages_say_the_same_things():
    names = {file.name.split(".")[0] for file in (WEB / "locales").glob("*.json")}
    assert names >= {"vote", "moderate", "screen", "audit"}
    for name in names:
        texts = {code: json.loads((WEB / f"locales/{name}.{code}.json").read_text()) for code in ("ko", "en")}
        assert texts["ko"].keys() == texts["en"].keys(), name
        for key, english in texts["en"].items():
            holes = [set(re.findall(r"\{\w+\}", str(text))) for text in (english, texts["ko"][key])]
            assert holes[0] == holes[1], f"{name}: {key}"
