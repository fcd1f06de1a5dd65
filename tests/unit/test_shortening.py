"""What is taken out of JavaScript, and what is not. tests/js compares the trees of all modules."""

import pytest

from cruddur.web.http.shortening import shorten


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const a = 1; // one\n/* two */ let b;\n", "const a=1;let b;"),
        ("a = b + +c - -d;", "a=b+ +c- -d;"),
        ("x = a / b / c;", "x=a/b/c;"),
        ("x = /a b\\/[/ ]/g.test(y);", "x=/a b\\/[/ ]/g.test(y);"),
        ("x = /a/ in b;", "x=/a/ in b;"),
        ('x = "a  // b" + \'it\\\'s  so\';', 'x="a  // b"+\'it\\\'s  so\';'),
        ("x = `a  ${ b  + `c  ${ { d } }` }  e`;", "x=`a  ${b+`c  ${{d}}`}  e`;"),
        ("return typeof   x;", "return typeof x;"),
        ("class A { #b = 1; get   c() { return this.#b; } }", "class A{#b=1;get c(){return this.#b;}}"),
    ],
)  # fmt: skip
def test_only_what_means_nothing_goes(script: str, short: str) -> None:
    assert shorten(script) == short


def test_what_is_no_script_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        shorten('const a = "without an end;')
