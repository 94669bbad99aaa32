//! ClickHouse's SQL dialect as text: lexer, parser, syntax tree, formatter. Pure code: no catalog, no types, no I/O.
//! Invariant: any input ends in a tree or a [`SyntaxError`](error::SyntaxError), in bounded time, memory and stack.

pub mod ast;
mod ast_ddl;
mod ast_statement;

pub mod display;
pub mod error;
mod fuzz;
pub mod insert_values;
pub mod lexer;
pub mod name;
mod parser;
pub mod walk;

pub use fuzz::fuzz;
pub use name::{Namer, column_name, column_name_with, literal_name};
pub use parser::{
    DEFAULT_MAX_DEPTH, DEFAULT_MAX_QUERY_SIZE, ParseOptions, parse_expression, parse_expression_prefix, parse_next,
    parse_statement, split_statements,
};

#[cfg(test)]
mod tests;
