//! The syntax tree of ClickHouse's SQL dialect.
//!
//! Operators are function calls under the names ClickHouse's parser gives them (`a + b` is `plus(a, b)`), with [`CallForm`]
//! telling how they were written. What ClickHouse's parser rewrites is rewritten here in the same way, so that names of
//! result columns come out equal: `count(DISTINCT x)` is `countDistinct(x)`, `f(x) FILTER (WHERE c)` is `fIf(x, c)`,
//! `CASE WHEN` is `multiIf`, `1::UInt8` is `CAST('1', 'UInt8')`, a tuple or array of literals is one literal.
//! Invariant: no expression is deeper than the parser's limit, so recursion over a tree is bounded.

pub use super::ast_ddl::*;
pub use super::ast_statement::*;

/// A byte range of the query text. Spans never take part in comparing trees.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start.min(u32::MAX as usize) as u32, end: end.min(u32::MAX as usize) as u32 }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text of the span; empty if `sql` is not the text that was parsed.
    pub fn text<'a>(&self, sql: &'a [u8]) -> &'a [u8] {
        sql.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// One part of a name. `quoted` tells `x` in backticks or double quotes from a bare word.
#[derive(Debug, Clone)]
pub struct Ident {
    pub value: String,
    pub quoted: bool,
    pub span: Span,
}

/// Quoting is only a way of writing: `x` and `` `x` `` are the same name.
impl PartialEq for Ident {
    fn eq(&self, other: &Ident) -> bool {
        self.value == other.value
    }
}

impl Ident {
    pub fn new(value: impl Into<String>) -> Ident {
        Ident { value: value.into(), quoted: false, span: Span::default() }
    }
}

/// A literal value. Integers beyond UInt64 (or below Int64) are Float64, as in ClickHouse.
#[derive(Debug, Clone)]
pub enum Literal {
    Null,
    Bool(bool),
    UInt(u64),
    /// A number written with a minus.
    Int(i64),
    Float(f64),
    /// Bytes; not necessarily UTF-8.
    String(Vec<u8>),
    /// `[…]` of literals only.
    Array(Vec<Literal>),
    /// `(…)` of literals only; at least one element.
    Tuple(Vec<Literal>),
    /// `{k: v}`: only in SETTINGS and in rows of VALUES.
    Map(Vec<(Literal, Literal)>),
}

/// Floats are compared by their bits, so that NaN equals itself.
impl PartialEq for Literal {
    fn eq(&self, other: &Literal) -> bool {
        match (self, other) {
            (Literal::Null, Literal::Null) => true,
            (Literal::Bool(a), Literal::Bool(b)) => a == b,
            (Literal::UInt(a), Literal::UInt(b)) => a == b,
            (Literal::Int(a), Literal::Int(b)) => a == b,
            (Literal::Float(a), Literal::Float(b)) => a.to_bits() == b.to_bits(),
            (Literal::String(a), Literal::String(b)) => a == b,
            (Literal::Array(a), Literal::Array(b)) | (Literal::Tuple(a), Literal::Tuple(b)) => a == b,
            (Literal::Map(a), Literal::Map(b)) => a == b,
            _ => false,
        }
    }
}

/// An expression with its alias (`expr AS alias` may stand anywhere).
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub alias: Option<Box<Ident>>,
    pub span: Span,
    /// Levels of expressions below and including this one; at most the parser's limit.
    pub depth: u16,
    /// Written in parentheses of its own. `(a AND b) AND c` is not flattened because of it.
    pub parenthesized: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    /// A name of one or more parts: `x`, `t.x`, `db.t.x`, `n.a`. Which part is what, the binder decides.
    Identifier(Vec<Ident>),
    /// `*`, `t.*`, with `EXCEPT`, `REPLACE`, `APPLY`.
    Asterisk(Box<Asterisk>),
    /// `COLUMNS('re')`, `COLUMNS(a, b)`, `t.COLUMNS(…)`.
    Columns(Box<ColumnsMatcher>),
    Function(Box<FunctionCall>),
    /// `x -> …`, `(x, y) -> …`
    Lambda(Box<Lambda>),
    /// `(SELECT …)`: a scalar, the right side of IN, or the argument of `exists`.
    Subquery(Box<Query>),
    /// `{name:Type}`, any type but Identifier (those are resolved while parsing).
    Parameter(Box<Parameter>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub data_type: TypeName,
    /// The type as it is written, by which ClickHouse names the column.
    pub written: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    pub params: Vec<Ident>,
    pub body: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Asterisk {
    /// `t.*`: the parts before the asterisk.
    pub qualifier: Vec<Ident>,
    pub transformers: Vec<Transformer>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ColumnsMatcher {
    pub qualifier: Vec<Ident>,
    pub pattern: ColumnsPattern,
    pub transformers: Vec<Transformer>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ColumnsPattern {
    Regex(Vec<u8>),
    /// Each an identifier or a qualified one.
    List(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Transformer {
    /// `EXCEPT [STRICT] (a, b)`
    Except { strict: bool, columns: Vec<Ident> },
    /// `EXCEPT('re')`
    ExceptRegex { pattern: Vec<u8> },
    /// `REPLACE [STRICT] (expr AS a, …)`
    Replace { strict: bool, items: Vec<(Expr, Ident)> },
    /// `APPLY(f)`, `APPLY f(params)`
    ApplyFunction { name: Ident, parameters: Option<Vec<Expr>> },
    /// `APPLY(x -> …)`
    ApplyLambda(Lambda),
}

/// A call. `name` is as written for calls, and ClickHouse's name for operators and special forms.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionCall {
    pub name: String,
    /// `quantile(0.9)(x)`: the first list. `None` if there was only one.
    pub parameters: Option<Vec<Expr>>,
    pub args: Vec<Expr>,
    /// `any(x) IGNORE NULLS`
    pub nulls: Option<NullsAction>,
    pub over: Option<Box<Over>>,
    pub form: CallForm,
    /// `f(x SETTINGS a = 1)`: only in table functions.
    pub settings: Vec<SettingChange>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsAction {
    Respect,
    Ignore,
}

/// How a call was written; two calls that differ only in it are equal.
#[derive(Debug, Clone, Copy, Default)]
pub enum CallForm {
    /// `f(x)`
    #[default]
    Call,
    /// An operator, `[…]`, `(…)`, `CASE`, `INTERVAL`, `EXTRACT(… FROM …)`, …
    Operator,
    /// Operators that stand for another syntax (BETWEEN): written as operators, not merged with a neighbouring AND.
    Rewritten,
}

impl PartialEq for CallForm {
    fn eq(&self, _: &CallForm) -> bool {
        true
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Over {
    /// `OVER w`
    Named(Ident),
    /// `OVER (…)`
    Spec(WindowSpec),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct WindowSpec {
    /// `OVER (w ORDER BY …)`
    pub parent: Option<Ident>,
    pub partition_by: Vec<Expr>,
    pub order_by: Vec<OrderItem>,
    pub frame: Option<WindowFrame>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WindowFrame {
    pub unit: FrameUnit,
    pub start: FrameBound,
    /// CURRENT ROW if not written.
    pub end: FrameBound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameUnit {
    Rows,
    Range,
    Groups,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FrameBound {
    UnboundedPreceding,
    Preceding(Expr),
    CurrentRow,
    Following(Expr),
    UnboundedFollowing,
}

/// `SELECT …`, or several joined by set operators.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    Select(Box<Select>),
    /// Left to right; INTERSECT binds tighter and is a chain of its own.
    Set(Box<SetChain>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct SetChain {
    pub first: Query,
    /// Either only INTERSECTs, or UNIONs and EXCEPTs.
    pub rest: Vec<(SetOperator, Query)>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION` alone: the setting union_default_mode decides.
    Union,
    UnionAll,
    UnionDistinct,
    /// Bare `EXCEPT`: the setting except_default_mode decides (ALL).
    Except,
    ExceptAll,
    ExceptDistinct,
    /// Bare `INTERSECT`: the setting intersect_default_mode decides (ALL).
    Intersect,
    IntersectAll,
    IntersectDistinct,
}

#[derive(Debug, Clone, PartialEq)]
pub enum WithItem {
    /// `name AS [MATERIALIZED] (SELECT …)`, `name(a, b) AS (SELECT …)`
    Cte { name: Ident, columns: Vec<Ident>, query: Query, materialized: bool, span: Span },
    /// `expr AS name`: the name is the expression's alias. Without an alias it has no effect, as in ClickHouse.
    Expr(Expr),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    pub recursive: bool,
    pub with: Vec<WithItem>,
    /// `DISTINCT`. `DISTINCT ON (a, b)` is `LIMIT 1 BY a, b`.
    pub distinct: bool,
    pub projection: Vec<Expr>,
    pub from: Option<From>,
    pub prewhere: Option<Expr>,
    pub filter: Option<Expr>,
    pub group_by: Option<GroupBy>,
    pub having: Option<Expr>,
    pub windows: Vec<(Ident, WindowSpec)>,
    pub qualify: Option<Expr>,
    pub order_by: Option<OrderBy>,
    pub limit_by: Option<LimitBy>,
    /// `LIMIT n`, `TOP n`, `FETCH FIRST n ROWS`.
    pub limit: Option<Expr>,
    pub offset: Option<Expr>,
    pub with_ties: bool,
    pub settings: Vec<SettingChange>,
    pub span: Span,
}

/// Tables left to right: `first`, then joins and array joins in the order written.
#[derive(Debug, Clone, PartialEq)]
pub struct From {
    pub first: TableExpr,
    pub rest: Vec<FromElement>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FromElement {
    Join(Box<Join>),
    ArrayJoin(ArrayJoin),
}

#[derive(Debug, Clone, PartialEq)]
pub struct TableExpr {
    pub kind: TableExprKind,
    pub alias: Option<Ident>,
    /// `AS t(a, b)`
    pub column_aliases: Vec<Ident>,
    pub is_final: bool,
    pub sample: Option<Sample>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TableExprKind {
    Table(TableName),
    Function(FunctionCall),
    Subquery(Query),
}

/// `[db.]name`
#[derive(Debug, Clone, PartialEq)]
pub struct TableName {
    pub database: Option<Ident>,
    pub name: Ident,
}

/// `SAMPLE ratio [OFFSET ratio]`; a ratio is `0.1` or `1/10`, a number above 1 means rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub ratio: SampleRatio,
    pub offset: Option<SampleRatio>,
}

/// As written: the texts of two numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRatio {
    pub numerator: String,
    pub denominator: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub global: bool,
    pub kind: JoinKind,
    pub strictness: Option<JoinStrictness>,
    pub table: TableExpr,
    pub constraint: JoinConstraint,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
    /// `a, b`
    Comma,
    Paste,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinStrictness {
    Any,
    All,
    Semi,
    Anti,
    Asof,
}

#[derive(Debug, Clone, PartialEq)]
pub enum JoinConstraint {
    None,
    On(Expr),
    Using(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct ArrayJoin {
    pub left: bool,
    pub exprs: Vec<Expr>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupBy {
    pub kind: GroupByKind,
    pub with_totals: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum GroupByKind {
    /// `GROUP BY ALL`
    All,
    /// Empty only for a bare `WITH TOTALS`.
    Keys(Vec<Expr>),
    /// `ROLLUP(…)` or `… WITH ROLLUP`
    Rollup(Vec<Expr>),
    Cube(Vec<Expr>),
    GroupingSets(Vec<Vec<Expr>>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum OrderBy {
    /// `ORDER BY ALL [DESC] [NULLS …]`
    All {
        descending: bool,
        nulls: Option<NullsOrder>,
    },
    Items {
        items: Vec<OrderItem>,
        interpolate: Option<Vec<Interpolate>>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct OrderItem {
    pub expr: Expr,
    pub descending: bool,
    pub nulls: Option<NullsOrder>,
    pub collate: Option<Vec<u8>>,
    pub fill: Option<Fill>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    First,
    Last,
}

/// `WITH FILL [FROM a] [TO b] [STEP c] [STALENESS d]`
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fill {
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    pub step: Option<Expr>,
    pub staleness: Option<Expr>,
}

/// `INTERPOLATE (column [AS expr])`
#[derive(Debug, Clone, PartialEq)]
pub struct Interpolate {
    pub column: Ident,
    pub expr: Option<Expr>,
}

/// `LIMIT [offset,] n BY exprs`
#[derive(Debug, Clone, PartialEq)]
pub struct LimitBy {
    pub limit: Expr,
    pub offset: Option<Expr>,
    /// `None`: `LIMIT n BY ALL`.
    pub by: Option<Vec<Expr>>,
}

/// `name = value`
#[derive(Debug, Clone, PartialEq)]
pub struct SettingChange {
    pub name: String,
    pub value: SettingValue,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    Literal(Literal),
    /// `name = DEFAULT`
    Default,
    Parameter(Parameter),
    /// `disk = disk(type = s3, …)`
    Function(FunctionCall),
}

/// A type as written, with white space normalised: `Map(String, UInt8)`, `Enum8('a' = 1)`.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeName {
    pub text: String,
    pub span: Span,
}
