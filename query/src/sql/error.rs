//! What is wrong with a query's text, worded as ClickHouse words it.

use std::fmt;

/// Why a text is refused; [`SyntaxError::code`] gives ClickHouse's error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// The text is not SQL: code 62.
    Syntax,
    /// Expressions or queries are nested deeper than the limit: code 306.
    TooDeep,
    /// A chain of operators makes a tree deeper than the limit: code 167.
    TooDeepAst,
    /// The SQL part is longer than max_query_size: code 62.
    TooLong,
    /// `{name:Identifier}` without a value: code 456.
    UnknownParameter,
    /// `{name:Identifier}` with a value that is no identifier: code 457.
    BadParameter,
    /// Understood, but meaningless: code 36 (BAD_ARGUMENTS).
    BadArguments,
    /// No statement in the text: code 62.
    Empty,
}

/// An error in a query's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: SyntaxErrorKind,
    /// Byte offset from 1, of the token that could not be used; one past the end at the end of the query.
    pub position: usize,
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
    /// The token itself; empty at the end.
    pub token: String,
    /// Text from the token on, shortened.
    pub near: String,
    /// What could have stood there, or `None` with `message`.
    pub expected: Vec<String>,
    /// Said instead of "Expected one of".
    pub message: Option<String>,
}

impl SyntaxError {
    /// ClickHouse's code: 62 SYNTAX_ERROR, 306 TOO_DEEP_RECURSION, 167 TOO_DEEP_AST, 456 UNKNOWN_QUERY_PARAMETER, …
    pub fn code(&self) -> i32 {
        match self.kind {
            SyntaxErrorKind::Syntax | SyntaxErrorKind::TooLong | SyntaxErrorKind::Empty => 62,
            SyntaxErrorKind::TooDeep => 306,
            SyntaxErrorKind::TooDeepAst => 167,
            SyntaxErrorKind::UnknownParameter => 456,
            SyntaxErrorKind::BadParameter => 457,
            SyntaxErrorKind::BadArguments => 36,
        }
    }

    /// Errors that no other reading of the text can mend.
    pub(crate) fn is_final(&self) -> bool {
        self.kind != SyntaxErrorKind::Syntax
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SyntaxErrorKind::Syntax => {}
            SyntaxErrorKind::TooLong => {
                return write!(
                    f,
                    "Syntax error: failed at position {} ({}) (line {}, col {}): {}. Max query size exceeded (can be increased with the `max_query_size` setting)",
                    self.position, self.token, self.line, self.column, self.near
                );
            }
            _ => return f.write_str(self.message.as_deref().unwrap_or("Syntax error")),
        }
        write!(f, "Syntax error: failed at position {} ", self.position)?;
        if self.token.is_empty() {
            f.write_str("(end of query)")?;
        } else {
            write!(f, "({})", self.token)?;
        }
        if self.line > 0 {
            write!(f, " (line {}, col {})", self.line, self.column)?;
        }
        if self.near.is_empty() {
            f.write_str(": ")?;
        } else {
            write!(f, ": {}. ", self.near)?;
        }
        match &self.message {
            Some(m) => f.write_str(m),
            None if self.expected.len() == 1 => write!(f, "Expected {}", self.expected[0]),
            None if self.expected.is_empty() => f.write_str("Unexpected input"),
            None => write!(f, "Expected one of: {}", self.expected.join(", ")),
        }
    }
}

impl std::error::Error for SyntaxError {}
