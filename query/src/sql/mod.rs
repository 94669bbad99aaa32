//! ClickHouse's SQL dialect as text: lexer, parser, syntax tree, formatter. Pure code: no catalog, no types, no I/O.
//! Invariant: any input ends in a tree or a [`SyntaxError`](error::SyntaxError), in bounded time, memory and stack.

pub mod ast;
mod ast_ddl;
mod ast_statement;

pub mod error;
