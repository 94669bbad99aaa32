//! Functions and aggregates of plans as values: name, parameters, argument types, expression. Plans cross nodes by it.
