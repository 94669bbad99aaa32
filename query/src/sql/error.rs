//! What is wrong with a query's text, worded as ClickHouse words it.

use olly_types::error::{Code, Error};
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
    /// Rewriting makes a tree of too many nodes: code 168.
    TooBigAst,
    /// The SQL part is longer than max_query_size: code 62.
    TooLong,
    /// `{name:Identifier}` without a value: code 456.
    UnknownParameter,
    /// `{name:Identifier}` with a value that is no identifier: code 457.
    BadParameter,
    /// No statement in the text: code 62.
    Empty,
}

/// An error in a query's text. Its fields are those of [`SyntaxErrorDetail`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError(pub Box<SyntaxErrorDetail>);

impl std::ops::Deref for SyntaxError {
    type Target = SyntaxErrorDetail;

    fn deref(&self) -> &SyntaxErrorDetail {
        &self.0
    }
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxErrorDetail {
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
    /// ClickHouse's code for it.
    pub fn error_code(&self) -> Code {
        match self.kind {
            SyntaxErrorKind::Syntax | SyntaxErrorKind::TooLong | SyntaxErrorKind::Empty => Code::SyntaxError,
            SyntaxErrorKind::TooDeep => Code::TooDeepRecursion,
            SyntaxErrorKind::TooDeepAst => Code::TooDeepAst,
            SyntaxErrorKind::TooBigAst => Code::TooBigAst,
            SyntaxErrorKind::UnknownParameter => Code::UnknownQueryParameter,
            SyntaxErrorKind::BadParameter => Code::BadQueryParameter,
        }
    }

    /// The code's number: 62, 306, 167, 168, 456 or 457.
    pub fn code(&self) -> i32 {
        self.error_code() as i32
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

impl From<SyntaxError> for Error {
    fn from(e: SyntaxError) -> Error {
        Error::new(e.error_code(), e.to_string())
    }
}
