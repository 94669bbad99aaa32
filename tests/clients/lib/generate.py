"""Random SELECT statements over the seeded tables, for the differential suite beside the written corpus.

A statement is made of nodes, so that one that differs can be made smaller while it differs (`smaller`). Which arguments a function
takes is learned from chDB: a statement that calls it on columns and literals is tried, and what chDB answered is used in larger
ones. Everything follows from the seed and the order of the answers.
"""
import re
from dataclasses import dataclass, field

# Answers that depend on the moment, the machine, the run, or on blocks and threads.
VOLATILE = set("""now now64 today yesterday UTCTimestamp current_timestamp rand rand32 rand64 randConstant canonicalRand randUniform randNormal randLogNormal
    randBinomial randNegativeBinomial randPoisson randBernoulli randExponential randChiSquared randStudentT randFisherF randomString randomFixedString
    randomPrintableASCII randomStringUTF8 fuzzBits generateUUIDv4 generateUUIDv7 generateULID generateSnowflakeID serverUUID hostName hostname fqdn FQDN
    uptime version buildId currentUser user currentDatabase database currentSchemas queryID initialQueryID query_id initial_query_id connectionId connection_id
    rowNumberInBlock rowNumberInAllBlocks blockNumber blockSize runningDifference runningAccumulate neighbor sleep sleepEachRow throwIf timezone
    serverTimezone tcpPort getSetting getServerPort getMacro filesystemAvailable filesystemCapacity filesystemUnreserved timeZone nowInBlock isConstant
    ignore materialize identity getSizeOfEnumType toColumnTypeName byteSize defaultValueOfTypeName bar file currentProfiles currentRoles shardNum shardCount
    sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh log10 log1p log2 exp exp2 exp10 cbrt lgamma tgamma
    erf erfc pow power log ln displayName nonNegativeDerivative timezoneOf randCanonical concatAssumeInjective assumeNotNull UUIDStringToNum toBool defaultValueOfArgumentType now_in_block revision enabledRoles enabledProfiles defaultRoles defaultProfiles""".split())
# Which row, order or sample they take is open, or the order of additions decides all digits (docs/differences.md).
UNSTABLE_AGGREGATES = re.compile(r"any|first|last|groupArray|groupUniq|concat|top|argM|agg|delta|sample|reservoir|std|var|corr|covar|skew|kurt|simpleLinear|TTest|entropy"
                                 r"|median$|quantiles?$|max_by|min_by", re.I)

COLUMNS = {
    "typed": {"u8": "int", "u16": "int", "u32": "int", "u64": "int", "i8": "int", "i16": "int", "i32": "int", "i64": "int", "f32": "float", "f64": "float",
              "b": "bool", "s": "string", "fs": "fixed", "d": "date", "d32": "date", "dt": "time", "dtz": "zoned", "dt3": "time64", "dt9z": "zoned64",
              "uuid": "uuid", "e8": "enum", "e16": "enum", "ip4": "ip", "ip6": "ip", "dec9": "decimal", "dec18": "decimal", "dec38": "decimal",
              "lc": "string", "lcn": "string", "ni": "int", "ns": "string", "nf": "float", "nd": "time", "id": "int"},
    "events": {"id": "int", "tags": "array(string)", "nums": "array(int)", "matrix": "array(array(int))", "pairs": "array(tuple)", "point": "tuple",
               "counts": "map", "maybe": "array(int)", "scores": "array(float)"},
    "otel_logs": {"Timestamp": "time64", "TraceId": "string", "SeverityText": "string", "SeverityNumber": "int", "ServiceName": "string", "Body": "string",
                  "ResourceAttributes": "map", "LogAttributes": "map", "EventName": "string", "TraceFlags": "int"},
    "otel_traces": {"Timestamp": "time64", "TraceId": "string", "SpanName": "string", "SpanKind": "string", "ServiceName": "string", "Duration": "int",
                    "StatusCode": "string", "SpanAttributes": "map", "Events.Name": "array(string)", "Events.Timestamp": "array(time64)"},
}
LITERALS = {
    "int": ["0", "1", "2", "-1", "7", "10", "255", "256", "-129", "65536", "2147483648", "9223372036854775807", "18446744073709551615", "NULL", "toUInt8(200)", "toInt16(-5)"],
    "float": ["0.5", "-1.5", "1e10", "0.1", "2.", "nan", "inf", "-0.", "toFloat32(1.25)", "NULL"],
    "decimal": ["toDecimal32(1.25, 2)", "toDecimal64('-7.125', 3)", "toDecimal128('100.000000001', 9)"],
    "bool": ["true", "false"],
    "string": ["''", "'abc'", "'a,b'", "'42'", "'-1.5'", "'2026-03-01'", "'2026-03-01 10:20:30'", "'größe'", "'%a%'", "'a'", "' x '", "'checkout'", "NULL", "'{\"a\": [1, 2]}'",
               "'https://shop.example:8080/cart?id=7#top'", "'10.0.0.1'", "'%Y-%m-%d'", "'UTC'", "'Europe/Berlin'", "'day'", "'[0-9]+'", "toLowCardinality('lc')"],
    "fixed": ["toFixedString('ab', 4)"],
    "date": ["toDate('2026-03-01')", "toDate32('1931-07-05')", "toDate(0)"],
    "time": ["toDateTime('2026-03-01 10:20:30')", "toDateTime(0)"],
    "time64": ["toDateTime64('2026-03-01 10:20:30.123', 3)", "toDateTime64('1969-12-31 23:59:59.5', 6)", "toDateTime64(0, 9)"],
    # Kinds of their own: which zone a mixture has depends on what ClickHouse folds before it.
    "zoned": ["toDateTime('2026-03-29 01:59:59', 'Europe/Berlin')"],
    "zoned64": ["toDateTime64('2026-11-01 01:30:00.5', 9, 'America/New_York')"],
    "uuid": ["toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')"],
    "enum": ["CAST('red', 'Enum8(\\'red\\' = -1, \\'green\\' = 0)')"],
    "ip": ["toIPv4('10.0.0.1')", "toIPv6('::1')"],
    "interval": ["INTERVAL 1 DAY", "INTERVAL 3 HOUR", "INTERVAL 1 MONTH", "INTERVAL 90 SECOND"],
    "array(int)": ["[1, 2, 3]", "[3, 1, 2, 1]", "[NULL, 1]", "range(5)"],
    "array(string)": ["['a', 'b']", "['b', '', 'a']", "splitByChar(',', 'x,y,x')"],
    "array(float)": ["[0.5, -1.5]", "[1., nan]"],
    "array(array(int))": ["[[1], [2, 3]]"],
    "array(tuple)": ["[(1, 'a'), (2, 'b')]"],
    "array(time64)": ["[toDateTime64('2026-03-01 10:20:30.123', 3)]"],
    "tuple": ["(1, 'a')", "(2, NULL)", "tuple(1.5)"],
    "map": ["map('a', '1', 'b', '2')", "map('x', 1)", "map()"],
}
KINDS = list(LITERALS)
# What takes a lambda: its name, and how many arrays; the result is learned.
LAMBDAS = ["arrayMap", "arrayFilter", "arrayExists", "arrayAll", "arrayCount", "arrayFirst", "arrayFirstIndex", "arrayLast", "arraySort", "arrayReverseSort", "arraySum",
           "arrayMin", "arrayMax", "arrayAvg", "arrayCumSum", "arraySplit", "arrayFill", "arrayPartitionBy"]
OPERATORS = {"plus": "({} + {})", "minus": "({} - {})", "multiply": "({} * {})", "divide": "({} / {})", "equals": "({} = {})", "notEquals": "({} != {})",
             "less": "({} < {})", "greaterOrEquals": "({} >= {})", "and": "({} AND {})", "or": "({} OR {})", "not": "NOT ({})", "isNull": "({} IS NULL)",
             "if": "({} ? {} : {})", "concat": "({} || {})", "modulo": "({} % {})", "like": "({} LIKE {})", "ilike": "({} ILIKE {})"}


def kind_of(type_name):
    """The generator's kind of a ClickHouse type, or None where it has none."""
    while found := re.fullmatch(r"(?:LowCardinality|Nullable)\((.*)\)", type_name):
        type_name = found[1]
    if found := re.fullmatch(r"Array\((.*)\)", type_name):
        inner = kind_of(found[1])
        return f"array({inner})" if f"array({inner})" in LITERALS else None
    if type_name.startswith("DateTime") and "'" in type_name:
        return "zoned64" if type_name.startswith("DateTime64") else "zoned"
    head = type_name.split("(")[0]
    for prefix, kind in (("UInt", "int"), ("Int", "int"), ("Float", "float"), ("Decimal", "decimal"), ("Date32", "date"), ("DateTime64", "time64"), ("DateTime", "time"),
                         ("Date", "date"), ("Enum", "enum"), ("IPv", "ip"), ("String", "string"), ("FixedString", "fixed"), ("UUID", "uuid"), ("Bool", "bool"),
                         ("Tuple", "tuple"), ("Map", "map")):
        if head.startswith(prefix):
            return None if head.endswith(("128", "256")) and kind == "int" else kind
    return "interval" if head.startswith("Interval") else None


@dataclass
class Node:
    """`text` with `{}` for each child."""
    text: str
    kind: str
    children: list = field(default_factory=list)

    def __str__(self):
        parts = self.text.split("{}")
        return parts[0] + "".join(str(child) + part for child, part in zip(self.children, parts[1:]))

    def size(self):
        return 1 + sum(child.size() for child in self.children)


def plain_call(function, kind, arguments):
    return Node(f"{function}({', '.join(['{}'] * len(arguments))})", kind, arguments)


@dataclass
class Statement:
    """A SELECT; `parts` are templates with nodes in them, in the order of the text."""
    parts: list
    unordered: bool = True
    learn: tuple = None  # (function, kinds) that an answer of one column proves

    def __str__(self):
        return " ".join(str(part) for part in self.parts if part is not None)


class Generator:
    def __init__(self, rng, functions, aggregates):
        self.rng = rng
        self.functions = sorted(set(functions) - VOLATILE)
        self.aggregates = sorted(name for name in aggregates if not UNSTABLE_AGGREGATES.search(name))
        self.takes = {}  # kind of the result -> [(function, kinds)]
        self.aggregate_takes = []  # (aggregate, kinds)
        self.tries = {}

    def pick(self, items):
        return items[self.rng.randrange(len(items))]

    # Expressions. `names` maps what may be named here to its kind.

    def leaf(self, kind, names):
        fitting = [n for n, k in names.items() if k == kind]
        if fitting and self.rng.random() < 0.75:
            return Node(self.pick(fitting), kind)
        return Node(self.pick(LITERALS[kind]), kind)

    def expression(self, kind, names, depth):
        """Of a kind, of what is known to give it."""
        known = self.takes.get(kind)
        if depth <= 0 or not known or self.rng.random() < 0.15:
            return self.leaf(kind, names)
        roll = self.rng.random()
        if roll < 0.08:
            return self.conditional(kind, names, depth)
        function, kinds = self.pick(known)
        if function in LAMBDAS:
            return self.over_array(function, kinds, kind, names, depth)
        return self.call(function, kind, [self.expression(k, names, depth - 1) for k in kinds])

    def call(self, function, kind, arguments):
        form = OPERATORS.get(function)
        if not form or form.count("{}") != len(arguments) or self.rng.random() < 0.2:
            return plain_call(function, kind, arguments)
        return Node(form, kind, arguments)

    def only_if(self, aggregate, names, depth):
        """The aggregate with -If."""
        return Node(aggregate.text.replace("(", "If(", 1)[:-1] + ", {})", "", [*aggregate.children, self.condition(names, depth)])

    def conditional(self, kind, names, depth):
        then, other = (self.expression(kind, names, depth - 1) for _ in range(2))
        if self.rng.random() < 0.5:
            return Node("if({}, {}, {})", kind, [self.condition(names, depth - 1), then, other])
        return Node("CASE WHEN {} THEN {} ELSE {} END", kind, [self.condition(names, depth - 1), then, other])

    def over_array(self, function, kinds, kind, names, depth):
        array = self.expression(kinds[0], names, depth - 1)
        inner = {**names, "x": kinds[0][6:-1]}
        body = self.expression(kinds[1], inner, depth - 1) if kinds[1] != "bool" else self.condition(inner, depth - 1)
        return Node(function + "(x -> {}, {})", kind, [body, array])

    def condition(self, names, depth):
        roll = self.rng.random()
        if depth > 0 and roll < 0.25:
            return Node(self.pick(["({} AND {})", "({} OR {})"]), "bool", [self.condition(names, depth - 1) for _ in range(2)])
        if depth > 0 and roll < 0.32:
            return Node("NOT ({})", "bool", [self.condition(names, depth - 1)])
        kind = self.pick([k for k in dict.fromkeys(names.values()) if k in LITERALS] or KINDS) if roll < 0.9 else self.pick(KINDS)
        left = self.expression(kind, names, depth - 1)
        if roll < 0.45:
            values = [Node(self.pick(LITERALS[kind]), kind) for _ in range(self.rng.randrange(1, 4))]
            return Node("{} " + self.pick(["IN", "NOT IN"]) + " (" + ", ".join(["{}"] * len(values)) + ")", "bool", [left, *values])
        if roll < 0.48 and depth > 0 and not kind.startswith(("array", "map", "tuple")):
            inner, known = self.source(0)
            own = [n for n, k in known.items() if k == kind]
            if own:
                column = Node(self.pick(own), "")
                return Node("{} " + self.pick(["IN", "NOT IN"]) + " (SELECT {} FROM {}{})", "bool",
                            [left, column, inner, Node(" WHERE {}", "", [self.condition(known, 0)]) if self.rng.random() < 0.5 else Node("", "")])
        if roll < 0.52:
            return Node(self.pick(["{} IS NULL", "{} IS NOT NULL"]), "bool", [left])
        if roll < 0.6 and kind == "string":
            return Node(self.pick(["{} LIKE {}", "{} NOT ILIKE {}"]), "bool", [left, Node(self.pick(["'%a%'", "'a_c'", "'%'", "'%\\\\_%'"]), "string")])
        if roll < 0.67 and kind in ("int", "float", "date", "time", "time64", "string"):
            return Node("{} BETWEEN {} AND {}", "bool", [left, self.leaf(kind, names), self.leaf(kind, names)])
        return Node("{} " + self.pick(["=", "!=", "<", "<=", ">", ">="]) + " {}", "bool", [left, self.expression(kind, names, depth - 1)])

    # Statements.

    def source(self, depth):
        """(text nodes of FROM, names)."""
        roll = self.rng.random()
        table = self.pick(["typed", "typed", "typed", "events", "otel_logs", "otel_traces"])
        if depth > 0 and roll < 0.15:
            inner, names = self.source(depth - 1)
            made = {f"c{i}": self.pick([k for k in names.values() if k in LITERALS]) for i in range(self.rng.randrange(1, 4))}
            columns = [Node("{} AS " + name, kind, [self.expression(kind, names, 2)]) for name, kind in made.items()]
            where = Node(" WHERE {}", "", [self.condition(names, 1)]) if self.rng.random() < 0.5 else Node("", "")
            return Node("(SELECT " + ", ".join(["{}"] * len(columns)) + " FROM {}{}) AS q", "", [*columns, inner, where]), made
        if depth > 0 and roll < 0.2:
            # Both sides of a union: the types are made common.
            (left, known), (right, others) = self.source(0), self.source(0)
            kinds = [k for k in dict.fromkeys(known.values()) if k in others.values() and k in LITERALS]
            if kinds:
                made = {f"c{i}": self.pick(kinds) for i in range(self.rng.randrange(1, 3))}
                sides = [Node(", ".join("{} AS " + name for name in made), "", [self.expression(k, names, 1) for k in made.values()]) for names in (known, others)]
                return Node("(SELECT {} FROM {} UNION ALL SELECT {} FROM {}) AS q", "", [sides[0], left, sides[1], right]), made
        if roll < 0.25:
            other = "events" if table != "events" else "typed"
            if table.startswith("otel"):
                table = "typed"
            how = self.pick(["INNER JOIN", "LEFT JOIN", "JOIN"])
            on = self.pick(["l.id = r.id", "l.id + 1 = r.id", "l.id = r.id AND r.id > 5", "l.id = r.id AND l.id % 2 = 0"])
            names = {f"l.{n}": k for n, k in COLUMNS[table].items()} | {f"r.{n}": k for n, k in COLUMNS[other].items()}
            return Node(f"{table} AS l {how} {other} AS r ON {on}", ""), names
        names = {n if re.fullmatch(r"[\w.]+", n) else f"`{n}`": k for n, k in COLUMNS[table].items()}
        return Node(table, ""), names

    def explore(self):
        """One call of one function on leaves: what chDB answers tells what it takes."""
        aggregate = self.aggregates and self.rng.random() < 0.15
        function = self.pick(self.aggregates if aggregate else self.functions)
        table = self.pick(["typed", "typed", "events"])
        names = COLUMNS[table]
        if function in LAMBDAS:
            array = self.pick([k for k in KINDS if k.startswith("array(") and k[6:-1] in LITERALS])
            body_kind = self.pick(["bool", array[6:-1], "int"])
            inner = {**names, "x": array[6:-1]}
            body = self.condition(inner, 0) if body_kind == "bool" else self.leaf(body_kind, inner)
            node = Node(function + "(x -> {}, {})", "", [body, self.leaf(array, names)])
            kinds = (array, body_kind)
        else:
            tried = self.tries.get(function, [])
            if tried and self.rng.random() < 0.6:
                kinds = self.pick(tried)
            else:
                # Functions of several arguments take strings and numbers more often than the rest.
                kinds = tuple(self.pick(KINDS if self.rng.random() < 0.6 else ["int", "string", "array(int)", "time"]) for _ in range(self.rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4])))
            node = plain_call(function, "", [self.leaf(k, names) for k in kinds])
        if aggregate:
            if self.rng.random() < 0.2:
                node = self.only_if(node, names, 0)
                return Statement([Node("SELECT {} AS v", "", [node]), f"FROM {table}"])
            return Statement([Node("SELECT {} AS v", "", [node]), f"FROM {table}"], learn=(function, kinds, True))
        return Statement([Node("SELECT {} AS v", "", [node]), f"FROM {table} ORDER BY id LIMIT 40"], unordered=False, learn=(function, kinds, False))

    def learned(self, statement, types):
        """chDB answered a statement of `explore`."""
        function, kinds, aggregate = statement.learn
        if aggregate:
            self.aggregate_takes.append((function, kinds))
        elif (kind := kind_of(types[0])) and (function, kinds) not in self.takes.setdefault(kind, []):
            self.takes[kind].append((function, kinds))
        if function not in LAMBDAS and kinds not in self.tries.setdefault(function, []):
            self.tries[function].append(kinds)

    def compose(self):
        """A whole statement of what is known."""
        source, names = self.source(2)
        roll = self.rng.random()
        kinds = [k for k in names.values() if k in LITERALS]
        where = Node(self.pick(["WHERE", "WHERE", "PREWHERE"]) + " {}", "", [self.condition(names, 2)]) if self.rng.random() < 0.6 else None
        if where and where.text.startswith("PREWHERE") and not re.fullmatch(r"\w+", str(source)):
            where.text = "WHERE {}"
        if roll < 0.35 and self.aggregate_takes:
            keys = [self.expression(self.pick([k for k in kinds if not k.startswith(("array", "map", "float"))] or ["int"]), names, 2) for _ in range(self.rng.randrange(0, 3))]
            made = []
            for _ in range(self.rng.randrange(1, 4)):
                function, takes = self.pick(self.aggregate_takes)
                node = plain_call(function, "", [self.expression(k, names, 1) for k in takes])
                made.append(self.only_if(node, names, 1) if self.rng.random() < 0.25 else node)
            columns = [Node("{} AS k" + str(i), "", [k]) for i, k in enumerate(keys)] + [Node("{} AS a" + str(i), "", [a]) for i, a in enumerate(made)]
            group = ", ".join(f"k{i}" for i in range(len(keys)))
            having = self.pick([None, None, "HAVING count() > 1"])
            return Statement([Node("SELECT " + ", ".join(["{}"] * len(columns)), "", columns), Node("FROM {}", "", [source]), where, f"GROUP BY {group}" if group else None,
                              having])
        distinct = roll > 0.9

        def column(i, node):
            # A column's name without alias is another where ClickHouse resolved a constant condition (the branch is printed anew).
            plain = not distinct and self.rng.random() < 0.5 and not re.search(r"\bif\(|CASE|\?|ifNull|coalesce", str(node), re.I)
            return Node("{}" if plain else "{} AS v" + str(i), "", [node])

        columns = [column(i, self.expression(self.pick(kinds), names, 3)) for i in range(self.rng.randrange(1, 4))]
        head = Node(("SELECT DISTINCT " if distinct else "SELECT ") + ", ".join(["{}"] * len(columns)), "", columns)
        ordered = str(source) in ("typed", "events") and not distinct
        tail = f"ORDER BY {self.pick(['id', 'id DESC'])} LIMIT {self.rng.randrange(1, 60)}" if ordered else None
        if not ordered and self.rng.random() < 0.6:
            # By every column: equal rows alone have no order.
            order = [f"{i + 1}{self.pick(['', ' DESC', ' DESC NULLS FIRST', ' NULLS FIRST', ''])}" for i in range(len(columns))]
            tail, ordered = "ORDER BY " + ", ".join(order) + self.pick(["", f" LIMIT {self.rng.randrange(1, 40)}", f" LIMIT 7 OFFSET {self.rng.randrange(9)}"]), True
        return Statement([head, Node("FROM {}", "", [source]), where, tail], unordered=not ordered)

    def next(self):
        return self.explore() if self.rng.random() < 0.4 or len(self.takes) < 5 else self.compose()


def smaller(statement, differs, limit=150):
    """The statement with whatever can go taken out, so that `differs(statement)` still holds."""
    changed = True
    while changed and limit > 0:
        changed = False
        for i, part in enumerate(statement.parts):
            if part is None or (isinstance(part, str) and not part.startswith(("HAVING", "ORDER"))):
                continue
            if isinstance(part, str) or part.text.startswith(("WHERE", "PREWHERE")):
                without = Statement([*statement.parts[:i], None, *statement.parts[i + 1:]], statement.unordered or isinstance(part, str))
                limit -= 1
                if differs(without):
                    statement, changed = without, True
                    break
        for node, at in list(_places(statement)):
            child = node.children[at]
            for other in [*child.children, *(Node(text, child.kind) for text in LITERALS.get(child.kind, [])[:2])]:
                if (other.kind != child.kind and child.kind) or other.size() >= child.size() or limit <= 0:
                    continue
                node.children[at] = other
                limit -= 1
                if differs(statement):
                    changed = True
                    break
                node.children[at] = child
            if changed:
                break
    return statement


def _places(statement):
    """(node, index of a child) of every expression, outermost first."""
    waiting = [part for part in statement.parts if isinstance(part, Node)]
    while waiting:
        node = waiting.pop(0)
        for i, child in enumerate(node.children):
            yield node, i
            waiting.append(child)
