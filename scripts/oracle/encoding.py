"""Puts "the candidate allows what the reference does not" to z3.

A request is made of z3 strings: the action in lowercase, the resource, the caller, and for each condition key
whether it is there, whether it is multivalued, and its values.
"""

from __future__ import annotations

from collections import Counter

import z3

import language
from language import ANY_ONE, ANY_RUN, ARN_COLONS, Beyond, Variable

STRING = z3.StringSort()
LANGUAGE = z3.ReSort(STRING)
ANYTHING = z3.Full(LANGUAGE)
CHARACTER = z3.AllChar(LANGUAGE)
LAST = "\\u{2ffff}"
IN_SEGMENT = z3.Union(z3.Range("\\u{0}", "9"), z3.Range(";", LAST))
ACTION_CHARACTER = z3.Union(z3.Range("\\u{0}", "9"), z3.Range(";", "@"), z3.Range("[", LAST))
KINDS = ["AWS", "Service", "Federated", "CanonicalUser", "anonymous"]
TYPED = {"numeric", "date", "ip"}


def text(value: str):
    return z3.StringVal("".join(c if " " <= c <= "~" and c != "\\" else f"\\u{{{ord(c):x}}}" for c in value))


def join(parts: list, empty, concat):
    return empty if not parts else parts[0] if len(parts) == 1 else concat(*parts)


def regex(tokens: list, by_segment: bool):
    """Makes a regular expression of characters and wildcards."""
    ahead = min(sum(token == ":" for token in tokens), ARN_COLONS)
    parts, literal = [], ""
    for token in tokens:
        if isinstance(token, str):
            literal += token
            ahead -= token == ":"
            continue
        one = IN_SEGMENT if by_segment and ahead > 0 else CHARACTER
        parts += [z3.Re(text(literal))] if literal else []
        literal = ""
        parts.append(one if token is ANY_ONE else ANYTHING if one is CHARACTER else z3.Star(one))
    parts += [z3.Re(text(literal))] if literal else []
    return join(parts, z3.Re(""), z3.Concat)


def ignoring_case(literal: str):
    def either(c: str):
        return z3.Union(z3.Re(c.lower()), z3.Re(c.upper())) if c.isascii() and c.isalpha() else z3.Re(text(c))

    return join([either(c) for c in literal], z3.Re(""), z3.Concat)


class Key:
    """One condition key of the request."""

    def __init__(self, name: str, size: int):
        self.name, self.size = name, size
        self.present, self.many = z3.Bool(f"{name} present"), z3.Bool(f"{name} many")
        self.length = z3.Int(f"{name} length")
        self.texts = [z3.String(f"{name} {i}") for i in range(size)]
        self.views: dict[tuple[str, int], tuple] = {}
        #: Literals that the key's texts are compared with, and whether more than literals is asked about them.
        self.literals: set[str] = set()
        self.is_patterned = False

    def typed(self, family: str, index: int):
        """Returns whether a value reads as the type, and the value that it reads as."""
        if (family, index) not in self.views:
            name = f"{self.name} {index} {family}"
            value = {
                "numeric": lambda: z3.Real(name),
                "date": lambda: z3.Int(name),
                "ip": lambda: (z3.Bool(f"{name} is v6"), z3.BitVec(f"{name} v4", 32), z3.BitVec(f"{name} v6", 128)),
            }[family]()
            self.views[family, index] = (z3.Bool(f"{name} reads"), value)
        return self.views[family, index]

    def axioms(self) -> list:
        facts = [self.length >= 1, self.length <= self.size, z3.Implies(z3.Not(self.many), self.length == 1)]
        families = {family for family, _ in self.views}
        if len(families) > 1 or (families and self.is_patterned):
            raise Beyond("several types on one key")
        for family, index in self.views:
            for literal in sorted(self.literals):
                facts.append(z3.Implies(self.texts[index] == text(literal), self.spelled(family, index, literal)))
                if family == "ip" and (own := language.address(literal)):
                    # An IPv4 address is spelled in one way, an IPv6 address in many.
                    same = self.spelled(family, index, literal)
                    facts += [z3.Implies(same, self.texts[index] == text(literal))] if own.version == 4 else []
        return facts

    def spelled(self, family: str, index: int, literal: str):
        """Says that a value reads as this literal does."""
        reads, value = self.typed(family, index)
        own = {"numeric": language.number, "date": language.instant, "ip": language.address}[family](literal)
        if own is None:
            return z3.Not(reads)
        if family == "ip":
            is_v6, v4, v6 = value
            same = z3.And(is_v6, v6 == int(own)) if own.version == 6 else z3.And(z3.Not(is_v6), v4 == int(own))
        else:
            same = value == (z3.RealVal(own) if family == "numeric" else own)
        return z3.And(reads, same)


def set_conditions(documents: list[dict]) -> Counter:
    """Counts for each key the conditions that look at several values."""
    counts: Counter = Counter()
    for document in documents:
        for statement in language.as_list(document["Statement"]):
            for name, keys in statement.get("Condition", {}).items():
                for key in keys:
                    counts[key.lower()] += 1 if language.operator(name).quantifier else 0
    return counts


class Encoding:
    """Holds the request, and what documents say about it, under one reading of wildcards in resources."""

    def __init__(self, documents: list[dict], by_segment: bool, witness: dict | None = None):
        self.by_segment = by_segment
        # As many values as conditions ask for: each can need one of its own.
        self.sizes = set_conditions(documents)
        for key, values in (witness or {}).get("context", {}).items():
            self.sizes[key.lower()] = max(self.sizes[key.lower()], len(language.as_list(values)))
        self.keys: dict[str, Key] = {}
        self.action, self.resource = z3.String("action"), z3.String("resource")
        self.kind, self.caller = z3.Int("kind"), z3.String("caller")
        service = z3.Plus(ACTION_CHARACTER)
        arn = z3.Concat(z3.Re("arn:aws:"), z3.Union(z3.Re("iam"), z3.Re("sts")), z3.Re("::"))
        account = z3.Loop(z3.Range("0", "9"), 12, 12)
        self.domain = [
            z3.InRe(self.action, z3.Concat(service, z3.Re(":"), service)),
            self.resource != text(""),
            self.kind >= 0,
            self.kind < len(KINDS),
            z3.Implies(self.kind == 0, z3.InRe(self.caller, z3.Concat(arn, account, z3.Re(":"), z3.Plus(CHARACTER)))),
            self.caller != text(""),
        ]

    def key(self, name: str) -> Key:
        name = name.lower()
        return self.keys.setdefault(name, Key(name, max(1, self.sizes[name])))

    def new_access(self, reference: list[dict], candidate: list[dict]) -> list:
        """Returns the assertions that hold for exactly the requests that only the candidate allows."""
        new = [self.allows(candidate), z3.Not(self.allows(reference))]
        return self.domain + [fact for key in self.keys.values() for fact in key.axioms()] + new

    def allows(self, documents: list[dict]):
        effects: dict[str, list] = {"Allow": [], "Deny": []}
        for document in documents:
            variables = document.get("Version") == "2012-10-17"
            for statement in language.as_list(document["Statement"]):
                effects[statement["Effect"]].append(self.matches(statement, variables))
        return z3.And(z3.Or(*effects["Allow"]), z3.Not(z3.Or(*effects["Deny"])))

    def matches(self, statement: dict, variables: bool):
        def element(name: str, match):
            if name in statement:
                return match(statement[name])
            return z3.Not(match(statement[f"Not{name}"])) if f"Not{name}" in statement else z3.BoolVal(True)

        def resources(values):
            templates = [language.template(own, True, variables) for own in language.as_list(values)]
            return self.any_matches(self.resource, templates, self.by_segment)

        conditions = [
            self.holds(language.operator(name), key, values, variables)
            for name, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        ]
        return z3.And(
            element("Action", self.is_action), element("Resource", resources), element("Principal", self.is_caller), *conditions
        )

    def is_action(self, values):
        templates = [language.template(own.lower(), True, False) for own in language.as_list(values)]
        return self.any_matches(self.action, templates, False)

    def is_caller(self, value):
        return z3.Or(*[self.is_principal(kind, own) for kind, own in language.principals(value)])

    def is_principal(self, kind: str, own: str):
        is_kind = self.kind == KINDS.index(kind)
        if own == "*":
            return z3.BoolVal(True) if kind == "AWS" else is_kind
        if kind != "AWS":
            return z3.And(is_kind, self.caller == text(own))
        parts = own.split(":", 5)
        account = own if own.isdigit() and len(own) == 12 else None
        if len(parts) == 6 and parts[0] == "arn" and parts[5] == "root":
            account = parts[4]
        segment = z3.Star(IN_SEGMENT)
        start = [z3.Re("arn:"), segment, z3.Re(":"), segment, z3.Re(":"), segment]
        if account is not None:
            return z3.And(is_kind, z3.InRe(self.caller, z3.Concat(*start, z3.Re(f":{account}:"), ANYTHING)))
        ways = [self.caller == text(own)]
        if len(parts) == 6 and parts[0] == "arn" and parts[5].startswith("role/"):
            name = parts[5].rpartition("/")[2]
            session = z3.Re(text(f":{parts[4]}:assumed-role/{name}/"))
            ways.append(z3.InRe(self.caller, z3.Concat(*start, session, ANYTHING)))
        return z3.And(is_kind, z3.Or(*ways))

    def any_matches(self, subject, templates: list[list], by_segment: bool):
        """Says that one of the templates matches: those without variables as one language."""
        fixed = [own for own in templates if not any(isinstance(piece, Variable) for piece in own)]
        ways = [self.with_variables(subject, own, by_segment) for own in templates if own not in fixed]
        if fixed:
            languages = [regex(own, by_segment) for own in fixed]
            ways.append(z3.InRe(subject, join(languages, None, z3.Union)))
        return z3.Or(*ways)

    def with_variables(self, subject, pieces: list, by_segment: bool):
        """Says that a template with variables matches.

        z3 knows no language that depends on a string.
        A run that holds all variables and no wildcard is one term, and what stands beside it is matched where that leaves one place for the run.
        """
        places = [i for i, piece in enumerate(pieces) if isinstance(piece, Variable)]
        wild = [i for i, piece in enumerate(pieces) if piece in (ANY_ONE, ANY_RUN)]
        if any(places[0] < i < places[-1] for i in wild):
            raise Beyond("a wildcard between variables")
        start = max((i + 1 for i in wild if i < places[0]), default=0)
        end = min((i for i in wild if i > places[-1]), default=len(pieces))
        before, after = pieces[:start], pieces[end:]
        # A variable's own colons are not known: they must not decide how far a wildcard reaches.
        known = pieces[:end] if after else pieces
        if by_segment and wild and known.count(":") < ARN_COLONS:
            raise Beyond("a wildcard in a segment beside a variable")
        defined, run = self.term(pieces[start:end])
        if by_segment and before:
            # All of the wildcards stand before the run, so its colons count as ahead of them.
            before_language = regex(before + [piece for piece in pieces[start:] if piece == ":"], True)
            padding = text(":" * pieces[start:].count(":"))
        else:
            before_language, padding = regex(before, False), text("")
        rest = z3.Length(subject) - z3.Length(run)
        if not before and not after:
            match = subject == run
        elif not before:
            match = z3.And(z3.PrefixOf(run, subject), z3.InRe(z3.SubString(subject, z3.Length(run), rest), regex(after, False)))
        elif not after:
            head = z3.Concat(z3.SubString(subject, 0, rest), padding)
            match = z3.And(z3.SuffixOf(run, subject), z3.InRe(head, before_language))
        elif before == after == [ANY_RUN] and not by_segment:
            match = z3.Contains(subject, run)
        else:
            raise Beyond("wildcards on both sides of a variable")
        return z3.And(defined, match)

    def term(self, pieces: list):
        """Returns whether every variable has a value, and the text that they make."""
        defined, parts = [], []
        for piece in pieces:
            if not isinstance(piece, Variable):
                parts.append(text(piece))
                continue
            key = self.key(piece.key)
            key.is_patterned = True
            single = z3.And(key.present, z3.Not(key.many))
            if piece.default is None:
                defined.append(single)
                parts.append(key.texts[0])
            else:
                defined.append(z3.Or(single, z3.Not(key.present)))
                parts.append(z3.If(key.present, key.texts[0], text(piece.default)))
        return z3.And(*defined), join(parts, text(""), z3.Concat)

    def holds(self, operator: language.Operator, name: str, values, variables: bool):
        key, own = self.key(name), [language.as_text(value) for value in language.as_list(values)]
        if operator.family == "null":
            wanted = {value.lower() for value in own}
            return z3.Or(z3.And("true" in wanted, z3.Not(key.present)), z3.And("false" in wanted, key.present))

        def satisfies(index: int):
            match = self.value_matches(operator, key, index, own, variables)
            return z3.Not(match) if operator.negated else match

        inside = [z3.IntVal(index) < key.length for index in range(key.size)]
        if operator.quantifier is None:
            there = z3.If(key.many, z3.BoolVal(operator.negated), satisfies(0))
            absent = operator.negated
        elif operator.quantifier == "forallvalues":
            there = z3.And(*[z3.Implies(inside[index], satisfies(index)) for index in range(key.size)])
            absent = True
        else:
            there = z3.Or(*[z3.And(inside[index], satisfies(index)) for index in range(key.size)])
            absent = False
        return z3.If(key.present, there, z3.BoolVal(absent or operator.if_exists))

    def value_matches(self, operator: language.Operator, key: Key, index: int, own: list[str], variables: bool):
        family, subject = operator.family, key.texts[index]
        if family in TYPED:
            return z3.Or(*[self.typed_matches(operator, key, index, value) for value in own])
        if family == "bool":
            key.is_patterned = True
            return z3.Or(*[z3.InRe(subject, ignoring_case(v)) for v in own if v.lower() in ("true", "false")])
        wildcards = family in ("stringlike", "arn")
        templates = [language.template(value, wildcards, variables and family != "binary") for value in own]
        plain = all(isinstance(piece, str) for pieces in templates for piece in pieces)
        if family in ("stringequals", "stringlike", "binary") and plain:
            literals = ["".join(pieces) for pieces in templates]
            key.literals.update(literals)
            return z3.Or(*[subject == text(literal) for literal in literals])
        key.is_patterned = True
        if family == "stringequalsignorecase":
            if not plain:
                raise Beyond("a variable ignoring case")
            return z3.Or(*[z3.InRe(subject, ignoring_case("".join(pieces))) for pieces in templates])
        if family == "arn":
            if any(isinstance(piece, Variable) for pieces in templates for piece in pieces if pieces.count(":") < ARN_COLONS):
                raise Beyond("a variable that may complete an ARN")
            templates = [pieces for pieces in templates if pieces.count(":") >= ARN_COLONS]
        return self.any_matches(subject, templates, family == "arn")

    def typed_matches(self, operator: language.Operator, key: Key, index: int, own: str):
        reads, value = key.typed(operator.family, index)
        if operator.family == "ip":
            network = language.network(own)
            if network is None:
                return z3.BoolVal(False)
            is_v6, v4, v6 = value
            bits, right = (v6, is_v6) if network.version == 6 else (v4, z3.Not(is_v6))
            return z3.And(reads, right, bits & int(network.netmask) == int(network.network_address))
        bound = (language.number if operator.family == "numeric" else language.instant)(own)
        if bound is None:
            return z3.BoolVal(False)
        bound = z3.RealVal(bound) if operator.family == "numeric" else z3.IntVal(bound)
        orders = {
            "==": value == bound,
            "<": value < bound,
            "<=": value <= bound,
            ">": value > bound,
            ">=": value >= bound,
        }
        return z3.And(reads, orders[operator.order])

    def is_request(self, witness: dict) -> list:
        """Says that the request is a witness of roledrift."""
        facts = [self.action == text(witness["action"].lower()), self.resource == text(witness["resource"] or "*")]
        if principal := witness.get("principal"):
            kinds = {"aws": "AWS", "service": "Service", "federated": "Federated", "canonical-user": "CanonicalUser"}
            facts.append(self.kind == KINDS.index(kinds.get(principal["kind"], "anonymous")))
            facts += [self.caller == text(principal["value"])] if principal["value"] is not None else []
        context = {name.lower(): values for name, values in witness["context"].items()}
        for name in sorted(set(self.keys) | set(context)):
            key, values = self.key(name), context.get(name)
            facts.append(key.present == (values is not None))
            if values is None:
                continue
            is_many, values = isinstance(values, list), language.as_list(values)
            facts += [key.many == is_many, key.length == len(values)]
            for index, value in enumerate(values):
                facts.append(key.texts[index] == text(value))
                facts += [key.spelled(family, index, value) for family, own in key.views if own == index]
        return facts
