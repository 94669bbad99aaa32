//! Visiting the parts of an expression.

use super::ast::*;

/// Calls `f` on each expression directly below `e`: arguments, parameters, window parts, lambda bodies. Not into subqueries.
pub fn for_each_child<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &e.kind {
        ExprKind::Literal(_) | ExprKind::Identifier(_) | ExprKind::Parameter(_) | ExprKind::Subquery(_) => {}
        ExprKind::Lambda(l) => f(&l.body),
        ExprKind::Asterisk(a) => transformers(&a.transformers, f),
        ExprKind::Columns(c) => {
            if let ColumnsPattern::List(list) = &c.pattern {
                list.iter().for_each(&mut *f);
            }
            transformers(&c.transformers, f);
        }
        ExprKind::Function(call) => {
            call.parameters.iter().flatten().for_each(&mut *f);
            call.args.iter().for_each(&mut *f);
            if let Some(Over::Spec(w)) = call.over.as_deref() {
                w.partition_by.iter().for_each(&mut *f);
                w.order_by.iter().for_each(|o| f(&o.expr));
                if let Some(frame) = &w.frame {
                    for b in [&frame.start, &frame.end] {
                        if let FrameBound::Preceding(e) | FrameBound::Following(e) = b {
                            f(e);
                        }
                    }
                }
            }
        }
    }
}

fn transformers<'a>(list: &'a [Transformer], f: &mut dyn FnMut(&'a Expr)) {
    for t in list {
        match t {
            Transformer::Replace { items, .. } => items.iter().for_each(|(e, _)| f(e)),
            Transformer::ApplyFunction { parameters: Some(p), .. } => p.iter().for_each(&mut *f),
            Transformer::ApplyLambda(l) => f(&l.body),
            _ => {}
        }
    }
}

/// Expressions in the tree of `e`, counted up to `max` (a literal's elements and subqueries count by their text's length).
pub fn count_nodes(e: &Expr, max: usize) -> usize {
    let mut stack = vec![e];
    let mut n = 0;
    while let Some(e) = stack.pop() {
        n += match &e.kind {
            ExprKind::Subquery(_) | ExprKind::Literal(Literal::Array(_) | Literal::Tuple(_)) => {
                1 + (e.span.end.saturating_sub(e.span.start) / 2) as usize
            }
            _ => 1,
        };
        if n > max {
            return n;
        }
        for_each_child(e, &mut |c| stack.push(c));
    }
    n
}
