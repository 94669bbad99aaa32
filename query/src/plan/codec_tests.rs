//! Every function and aggregate goes through the codec.

use super::*;
use crate::bind::Binder;
use crate::sql::{ParseOptions, ast, parse_statement};
use olly_types::Value;
use std::collections::BTreeSet;

/// Sets have no key of their own but their address; here their members stand for them.
fn key(e: &Expr) -> String {
    let mut sets = Vec::new();
    e.visit(&mut |x| {
        if let ExprKind::InSet { set, .. } = &x.kind {
            sets.push(format!("{:?} {:?}", set.types, set.members()));
        }
    });
    let text = e.key();
    let bare: Vec<&str> = text.split("0x").map(|p| p.trim_start_matches(|c: char| c.is_ascii_hexdigit())).collect();
    format!("{}:{} {sets:?}", if sets.is_empty() { text.clone() } else { bare.join("@") }, e.ty)
}

fn calls(e: &Expr, seen: &mut BTreeSet<&'static str>) {
    e.visit(&mut |x| {
        if let ExprKind::Call { function, .. } = &x.kind {
            seen.insert(function.name);
        }
    });
}

#[test]
fn every_function_goes_through() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let env = crate::fake::query_env(&runtime, 1_780_272_000_000_000_000);
    let binder = Binder::new(&env, None);
    let mut seen = BTreeSet::new();
    let mut all = BTreeSet::new();
    for f in registry::public() {
        all.insert(f.name);
        for example in f.examples {
            // As it stands, and with each set of arguments that is not constant: else it would fold to a value.
            let Ok(parsed) = parse_statement(example.as_bytes(), ParseOptions::default()) else { continue };
            let ast::StatementKind::Query(ast::Query::Select(select)) = parsed.kind else { continue };
            let Some(e) = select.projection.first() else { continue };
            let ast::ExprKind::Function(call) = &e.kind else { continue };
            for mask in 0..1u32 << call.args.len().min(4) {
                let mut call = call.clone();
                for (i, arg) in call.args.iter_mut().enumerate().filter(|(i, _)| mask >> (*i).min(31) & 1 == 1) {
                    let _ = i;
                    if matches!(&arg.kind, ast::ExprKind::Function(f) if f.name == "lambda") {
                        continue;
                    }
                    let text = format!("SELECT materialize({})", crate::sql::display::format_expr(arg));
                    let Ok(wrapped) = parse_statement(text.as_bytes(), ParseOptions::default()) else { continue };
                    if let ast::StatementKind::Query(ast::Query::Select(s)) = wrapped.kind
                        && let Some(w) = s.projection.into_iter().next()
                    {
                        *arg = w;
                    }
                }
                let e = ast::Expr { kind: ast::ExprKind::Function(call), ..e.clone() };
                let Ok(bound) = binder.standalone(&e, &[]) else { continue };
                let read = decode_expr(&encode_expr(&bound).unwrap()).unwrap_or_else(|e| panic!("{example}: {e}"));
                assert_eq!(key(&read), key(&bound), "{example}");
                calls(&bound, &mut seen);
            }
        }
    }
    let missing: Vec<&&str> = all.difference(&seen).collect();
    // Those that fold whatever their arguments are, or are rewritten by the binder.
    assert!(seen.len() * 10 >= all.len() * 8, "{} of {} went through; not: {missing:?}", seen.len(), all.len());
}

#[test]
fn every_aggregate_goes_through() {
    let types: Vec<Type> =
        ["UInt64", "String", "Float64", "Array(UInt64)", "Map(String, UInt64)", "Nullable(Int64)", "UInt8"]
            .iter()
            .map(|t| Type::parse(t).unwrap())
            .collect();
    let mut arguments: Vec<Vec<Type>> = vec![Vec::new()];
    for a in &types {
        arguments.push(vec![a.clone()]);
        arguments.extend(types.iter().map(|b| vec![a.clone(), b.clone()]));
    }
    let parameters =
        [vec![], vec![Value::Float(0.5)], vec![Value::UInt(3)], vec![Value::Float(0.5), Value::Float(0.9)]];
    for aggregate in crate::agg::registry::all() {
        let mut through = 0;
        for suffix in ["", "If", "OrNull", "Distinct", "Array"] {
            let name = format!("{}{suffix}", aggregate.name);
            for p in &parameters {
                for a in &arguments {
                    let Ok(resolved) = resolve(&name, p.clone(), a) else { continue };
                    let read = decode_aggregate(&encode_aggregate(&resolved)).unwrap();
                    assert_eq!(format!("{read:?}"), format!("{resolved:?}"));
                    assert_eq!(read.result, resolved.result);
                    through += 1;
                }
            }
        }
        assert!(through > 0, "{}", aggregate.name);
    }
}

#[test]
fn sets_lambdas_and_broken_bytes() {
    let mut set = ValueSet::new(vec![Type::String, Type::Int32]).unwrap();
    set.add_values(&[Value::bytes("a"), Value::Int(-1)]).unwrap();
    set.add_values(&[Value::bytes(""), Value::Int(7)]).unwrap();
    let args = vec![Expr::column(3, Type::String), Expr::column(4, Type::Int32)];
    let e = Expr { kind: ExprKind::InSet { args, set: Arc::new(set), negated: true }, ty: Type::UInt8 };
    let body =
        Expr { kind: ExprKind::Parameter { depth: 1, index: 2 }, ty: Type::parse("DateTime64(3, 'UTC')").unwrap() };
    let lambda = Expr {
        ty: body.ty.clone(),
        kind: ExprKind::Lambda { parameters: vec![Type::UInt8, Type::String], body: Arc::new(body) },
    };
    for e in [e, lambda] {
        let bytes = encode_expr(&e).unwrap();
        assert_eq!(key(&decode_expr(&bytes).unwrap()), key(&e));
        for cut in 0..bytes.len() {
            assert!(decode_expr(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut broken = bytes.clone();
                broken[at] ^= 1 << bit;
                let _ = decode_expr(&broken);
            }
        }
    }
}
