import Testing

@testable import Hub

struct PageSqueezerTests {
    /// Blanks only: names stay.
    static func squeezed(_ script: String) -> String {
        let tokens = ScriptToken.tokens(of: script)
        return PageSqueezer.joined(tokens, tokens.map(\.text))
    }

    @Test(
        "a script loses what only people need, and nothing else",
        arguments: [
            ("const a = 1;\n\n  b( a,  2 );", "const a=1;b(a,2);"),
            ("x = \"a  //  b\" + 'it\\'s  /* c */' ;", "x=\"a  //  b\"+'it\\'s  /* c */';"),
            ("x = `two  ${ a } \n  lines // no`;", "x=`two  ${ a } \n  lines // no`;"),
            ("t.replace(/ [/\"] \\/ /g, \"-\");", "t.replace(/ [/\"] \\/ /g,\"-\");"),
            ("return / a /.exec(b) || c / d / e;", "return/ a /.exec(b)||c/d/e;"),
            ("x = (a + b) / 2; y = c[0] / 2 / d;", "x=(a+b)/2;y=c[0]/2/d;"),
            ("a - -b; a + +b; a - b;", "a- -b;a+ +b;a-b;"),
            ("x++ + y; x-- - y; x + ++y;", "x++ +y;x-- -y;x+ ++y;"),
            ("a / /b/.length; 1 .toString();", "a/ /b/.length;1 .toString();"),
            ("x; // it's \"one\nlet y; /* `two` */ let z;", "x;let y;let z;"),
            ("/** Says \"no */\nconst a = 1;", "const a=1;"),
            ("for (const a of b) if (a in c) throw new D();", "for(const a of b)if(a in c)throw new D();"),
            ("f((a) => a >= 0 ? { ...a } : [...b]);", "f((a)=>a>=0?{...a}:[...b]);"),
            ("x = 2n ** 255n; y = 0.5;", "x=2n**255n;y=0.5;"),
            ("if (/x/ instanceof y) z();", "if(/x/ instanceof y)z();"),
        ])
    func blanks(_ source: String, _ expected: String) {
        #expect(Self.squeezed(source) == expected)
    }

    @Test(
        "a line end stays where a statement might end by it",
        arguments: [
            ("return\nvalue", "return\nvalue"),
            ("return\n[a]", "return\n[a]"),
            ("a\nb", "a\nb"),
            ("a()\nb()", "a()\nb()"),
            ("x++\ny", "x++\ny"),
            ("x\n++y", "x\n++y"),
            ("const f = () => {\n  a();\n}\nb()", "const f=()=>{a()}\nb()"),
            ("const o = {\n  a: 1,\n}\nb()", "const o={a:1,}\nb()"),
            ("a = b /* c\n */ d", "a=b\nd"),
            ("if (a) {\n  b();\n}\nc();", "if(a){b()}c();"),
            ("class A {\n  b() {\n    c();\n  }\n  d() {}\n}\nlet e;", "class A{b(){c()}d(){}}let e;"),
            ("a\n  .b()\n  .c(\n    d,\n  );", "a.b().c(d,);"),
            ("a = b\n  ? c\n  : d;", "a=b?c:d;"),
            ("a =\n  b ||\n  c;", "a=b||c;"),
            ("const a = x + +1\nb()", "const a=x+ +1\nb()"),
        ])
    func lineEnds(_ source: String, _ expected: String) {
        #expect(Self.squeezed(source) == expected)
    }

    @Test(
        "a style keeps the blanks that mean something",
        arguments: [
            ("a > b ,\n c  d { color : red; }\n", "a>b,c d{color :red}"),
            ("x { width: calc(1px + 2px); --x: y; }", "x{width:calc(1px + 2px);--x:y}"),
            ("/* a { */ x { margin: 0 -1px; } /* } */", "x{margin:0 -1px}"),
            ("p :hover { } p:hover { }", "p :hover{}p:hover{}"),
            (
                "x { content: \"a ; } :  b\"; font: \"Segoe  UI\" , 'A > B'; }",
                "x{content:\"a ; } :  b\";font:\"Segoe  UI\",'A > B'}"
            ),
            ("@media (a: b) and (c) {\n  x {\n    y: z;\n  }\n}\n", "@media (a:b) and (c){x{y:z}}"),
            ("x:not(:focus) ~ .y::after { z: 1 }", "x:not(:focus) ~ .y::after{z:1}"),
        ])
    func styles(_ source: String, _ expected: String) {
        #expect(PageSqueezer.style(source) == expected)
    }

    @Test(
        "variables get short names; keys, members and what the browser knows keep theirs",
        arguments: [
            (
                "function sum(first, second) { return first + second; } sum(1, 2);",
                "function ee(e,t){return e+t}ee(1,2);"
            ),
            ("const one = (value) => value.one + other(value);", "const ee=(e)=>e.one+other(e);"),
            ("function f(name) { return { name, key: name }; }", "function ee(name){return{name,key:name}}"),
            ("function f({ left, right: wrong }) { g(left, wrong); }", "function ee({left,right:e}){g(left,e)}"),
            (
                "function f(count = document.size) { return `${total} of ${count}`; }",
                "function ee(count=document.size){return`${total} of ${count}`}"
            ),
            (
                "class Box { constructor(width) { this.size = width; } area() { return this.size; } } new Box(2).area();",
                "class ee{constructor(e){this.ee=e}area(){return this.ee}}new ee(2).area();"
            ),
            ("class Box { grow() { this.inner(); } inner() {} }", "class ee{et(){this.ee()}ee(){}}"),
            (
                "for (const [key, value] of pairs) { if (key) { use(value); } }",
                "for(const[e,t]of pairs){if(e){use(t)}}"
            ),
            ("const t = 1; function f(value) { return t + value; }", "const ee=1;function et(e){return ee+e}"),
            (
                "function f(x) { switch (x) { case one: { mine(x); let mine2 = 1; g(mine2); } } }",
                "function ee(e){switch(e){case one:{mine(e);let t=1;g(t)}}}"
            ),
            ("const same = 1; function f(same) { return same; }", "const same=1;function ee(same){return same}"),
            ("try { a(); } catch (error) { b(error); }", "try{a()}catch(e){b(e)}"),
        ])
    func names(_ source: String, _ expected: String) {
        #expect(PageSqueezer.script(source) == expected)
    }

    @Test("short names are never those that are there already, nor words of the language")
    func collisions() {
        let many = (0..<60).map { "variable\($0)" }
        let source = "function f(\(many.joined(separator: ", "))) { return e + t.n + do1(\(many[0])); }"
        let names = ScriptToken.tokens(of: PageSqueezer.script(source)).filter { $0.kind == .word }.map(\.text)
        let given = names.dropFirst(2).prefix(60)
        #expect(Set(given).count == 60)
        #expect(given.allSatisfy { !["e", "t", "do", "if", "in", "of", "as"].contains($0) })
        #expect(names.suffix(2).first == "do1" && names.last == given.first)
    }
}
