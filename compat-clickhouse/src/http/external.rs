//! External tables: files of a form that a query reads as tables.

use super::multipart;
use super::request::Parameters;
use crate::block::Block;
use crate::format::{self, FormatOptions, NoExpressions};
use crate::input::Slice;
use crate::service::Service;
use olly_types::{Code, Error, Result, Type};

/// A file of a form as a table.
pub(super) async fn external_table(
    file: multipart::Part,
    p: &Parameters,
    service: &Service,
) -> Result<(String, Block)> {
    let get = |suffix: &str| {
        let wanted = format!("{}{suffix}", file.name);
        p.external.iter().find(|(n, _)| *n == wanted).map(|(_, v)| v.as_str())
    };
    let bad = |e: Error| Error::new(e.code, format!("external table {}: {}", file.name, e.message));
    let columns: Vec<(String, Type)> = if let Some(structure) = get("_structure") {
        split_types(structure)
            .iter()
            .map(|c| {
                let (name, ty) = c.trim().split_once(' ').unwrap_or((c, ""));
                Ok((name.trim_matches('`').to_string(), Type::parse(ty.trim())?))
            })
            .collect::<Result<_>>()
            .map_err(bad)?
    } else if let Some(types) = get("_types") {
        let parse = |(i, t): (usize, &String)| Ok((format!("_{}", i + 1), Type::parse(t.trim())?));
        split_types(types).iter().enumerate().map(parse).collect::<Result<_>>().map_err(bad)?
    } else {
        return Err(Error::new(
            Code::BadArguments,
            format!("Neither {0}_structure nor {0}_types have not been provided for external table {0}", file.name),
        ));
    };
    let options = FormatOptions {
        text: olly_types::text::TextOptions { now_seconds: service.now_seconds(), ..Default::default() },
        ..Default::default()
    };
    let mut reader = format::reader(get("_format").unwrap_or("TabSeparated"), &columns, &options).map_err(bad)?;
    let mut input = Slice(&file.data);
    let mut all: Vec<Block> = Vec::new();
    while let Some(block) = reader.next(&mut input, &NoExpressions).await.map_err(bad)? {
        all.push(block);
    }
    let mut out = format::empty_block(&columns);
    for (i, (name, _, array)) in out.columns.iter_mut().enumerate() {
        let mut pieces = Vec::new();
        for block in &all {
            match block.columns.get(i).filter(|(n, ..)| n == name) {
                Some((_, _, a)) => pieces.push(a.as_ref()),
                None => {
                    return Err(Error::new(
                        Code::IncorrectData,
                        format!("external table {}: values are missing", file.name),
                    ));
                }
            }
        }
        if !pieces.is_empty() {
            *array = arrow::compute::concat(&pieces).map_err(|e| Error::new(Code::LogicalError, e.to_string()))?;
        }
    }
    out.rows = all.iter().map(|b| b.rows).sum();
    Ok((file.name, out))
}

/// Splits at commas outside of brackets.
fn split_types(text: &str) -> Vec<String> {
    let (mut depth, mut out, mut current) = (0i32, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(std::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    out.push(current);
    out
}
