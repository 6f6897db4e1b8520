"""A parser made from a grammar in ABNF (RFC 5234) as a manual shows it: a regular one, turned into an expression."""
import re
import subprocess

CORE = {"SP": " ", "DIGIT": "[0-9]", "DQUOTE": '"', "LF": "\n"}
TOKEN = re.compile(r'\s*(?:(?P<string>"[^"]*")|%x(?P<range>[0-9A-F]+(?:-[0-9A-F]+)?)|(?P<repeat>\d*\*\d*|\d+)|(?P<name>[a-z][\w-]*|[A-Z]+)'
                   r'|(?P<mark>[()\[\]/]))')


def shown(page, section):
    """The literal text of a section as its reader sees it."""
    text = subprocess.run(["mandoc", "-T", "utf8", page], check=True, capture_output=True, text=True).stdout
    text = re.sub(r".\x08", "", text)
    found = re.search(r"^%s\n(.*?)^\S" % section, text, re.MULTILINE | re.DOTALL)
    assert found, "%s has no section %s" % (page, section)
    return found.group(1)


def rules_of(text):
    """Name -> definition; a line further to the right goes on with the one before."""
    rules, name = {}, None
    for line in text.split("\n"):
        head = re.match(r" {11}([a-z][a-z-]*) +=(.*)", line)
        if head:
            name = head.group(1)
            rules[name] = head.group(2)
        elif name and line.startswith(" " * 12):
            rules[name] += line
        elif line.strip():
            name = None
    return rules


class Grammar:
    def __init__(self, page, section="GRAMMAR"):
        self.rules = rules_of(shown(page, section))
        self.open = []

    def parser(self, name):
        """Of whole texts of the rule; the groups are the keys of pairs, and the rules that it names itself."""
        self.top = name
        return re.compile(self.rule(name))

    def rule(self, name):
        if name in CORE:
            return CORE[name]
        assert name in self.rules, "the grammar does not say what %s is" % name
        assert name not in self.open, "%s is made of itself" % name
        self.open.append(name)
        tokens = self.tokens(self.rules[name])
        made = self.either(tokens)
        assert not tokens, "%s goes on with %r" % (name, tokens)
        self.open.pop()
        return made

    @staticmethod
    def tokens(text):
        at, found = 0, []
        text = text.rstrip()
        while at < len(text):
            token = TOKEN.match(text, at)
            assert token, "no ABNF: " + text[at:]
            found.append((token.lastgroup, token.group(token.lastgroup)))
            at = token.end()
        return found

    def either(self, tokens):
        made = [self.sequence(tokens)]
        while tokens and tokens[0] == ("mark", "/"):
            tokens.pop(0)
            made.append(self.sequence(tokens))
        return made[0] if len(made) == 1 else "(?:%s)" % "|".join(made)

    def sequence(self, tokens):
        made, key = "", None
        while tokens and tokens[0] not in (("mark", "/"), ("mark", ")"), ("mark", "]")):
            kind, word = tokens[0]
            element = self.repeated(tokens)
            if key or (kind == "name" and word not in CORE and self.open == [self.top]):
                element = "(?P<%s>%s)" % (key or word, element)
            made += element
            key = word[1:-2] if kind == "string" and word.endswith('="') else None
        return made

    def repeated(self, tokens):
        if tokens[0][0] != "repeat":
            return self.element(tokens)
        least, star, most = tokens.pop(0)[1].partition("*")
        return "(?:%s){%s,%s}" % (self.element(tokens), least or 0, most if star else least)

    def element(self, tokens):
        kind, word = tokens.pop(0)
        if kind == "string":
            return re.escape(word[1:-1])
        if kind == "range":
            return "[%s]" % "-".join("\\U%08x" % int(end, 16) for end in word.split("-"))
        if kind == "name":
            return self.rule(word)
        assert word in "([", "unexpected " + word
        made = self.either(tokens)
        assert tokens.pop(0)[1] == {"(": ")", "[": "]"}[word]
        return "(?:%s)%s" % (made, "?" if word == "[" else "")
