//! Our aggregates as DataFusion's: one [`States`] behind both of its interfaces. A partial state travels as its bytes.

use super::udf::to_df;
use crate::agg::States;
use crate::agg::combinator::Resolved;
use crate::expr::meter;
use crate::func::EvalContext;
use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, BooleanArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as DfResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};
use olly_types::batch::value_bytes;
use olly_types::{Code, Error};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An aggregate by its value: name, parameters, argument types.
pub struct AggUdf {
    pub resolved: Arc<Resolved>,
    /// Most groups (max_rows_to_group_by); 0: no limit.
    pub max_groups: u64,
    context: Arc<EvalContext>,
    key: String,
    signature: Signature,
}

impl std::fmt::Debug for AggUdf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.key)
    }
}
impl PartialEq for AggUdf {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for AggUdf {}
impl Hash for AggUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl AggUdf {
    pub fn new(resolved: Arc<Resolved>, max_groups: u64, context: Arc<EvalContext>) -> AggUdf {
        AggUdf {
            key: format!("{resolved:?}"),
            resolved,
            max_groups,
            context,
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }
    fn states(&self) -> DfResult<Adapter> {
        let states = self.resolved.create().map_err(to_df)?;
        Ok(Adapter {
            states: states.into(),
            arguments: self.resolved.types.len(),
            total: 0,
            max_groups: self.max_groups,
            context: Arc::clone(&self.context),
        })
    }
}

impl AggregateUDFImpl for AggUdf {
    fn name(&self) -> &str {
        &self.resolved.name
    }
    fn signature(&self) -> &Signature {
        &self.signature
    }
    fn coerce_types(&self, types: &[DataType]) -> DfResult<Vec<DataType>> {
        Ok(types.to_vec())
    }
    fn return_type(&self, _: &[DataType]) -> DfResult<DataType> {
        Ok(self.resolved.result.carrier())
    }
    fn return_field(&self, _: &[FieldRef]) -> DfResult<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), self.resolved.result.carrier(), self.resolved.result.is_nullable())))
    }
    fn is_nullable(&self) -> bool {
        self.resolved.result.is_nullable()
    }
    fn state_fields(&self, args: StateFieldsArgs) -> DfResult<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[state]", args.name), DataType::Binary, false))])
    }
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }
    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> DfResult<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.states()?))
    }
    fn accumulator(&self, _: AccumulatorArgs) -> DfResult<Box<dyn Accumulator>> {
        let mut adapter = self.states()?;
        adapter.total = 1;
        Ok(Box::new(adapter))
    }
    fn default_value(&self, data_type: &DataType) -> DfResult<ScalarValue> {
        ScalarValue::try_from(data_type)
    }
}

struct Adapter {
    states: parking_lot::Mutex<Box<dyn States>>,
    arguments: usize,
    total: usize,
    /// 0: no limit.
    max_groups: u64,
    context: Arc<EvalContext>,
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapter").field("groups", &self.total).finish_non_exhaustive()
    }
}

fn groups_of(indices: &[usize]) -> Vec<u32> {
    indices.iter().map(|g| *g as u32).collect()
}

/// Bytes of arguments that a state takes at once: between two parts its growth and the query's end are looked at.
const PART: u64 = 4 << 20;

/// Bytes of states after which the same is done where states are saved or merged.
const ASK_BYTES: usize = 256 << 10;

/// What `n` of `total` groups have of `bytes`.
fn share(bytes: usize, n: usize, total: usize) -> usize {
    (bytes as u128 * n as u128 / total.max(1) as u128) as usize
}

impl Adapter {
    fn in_parts(&mut self, args: &[ArrayRef], groups: &[u32], total: usize) -> olly_types::Result<()> {
        let _metered = meter::enter(&self.context);
        let bytes: u64 = args.iter().map(value_bytes).sum();
        let states = self.states.get_mut();
        if bytes <= PART {
            return states.update(args, groups, total);
        }
        let step = (groups.len() as u64 * PART / bytes).max(1) as usize;
        let before = states.bytes();
        let mut at = 0;
        for part in groups.chunks(step) {
            meter::room(states.bytes().saturating_sub(before))?;
            let args: Vec<ArrayRef> = args.iter().map(|a| a.slice(at, part.len())).collect();
            states.update(&args, part, total)?;
            at += part.len();
        }
        Ok(())
    }
    /// Takes the number of groups.
    fn groups(&mut self, total: usize) -> DfResult<()> {
        self.total = self.total.max(total);
        if self.max_groups > 0 && total as u64 > self.max_groups {
            let text = format!("Limit for rows to GROUP BY exceeded: has {total} rows, maximum: {}", self.max_groups);
            return Err(to_df(Error::new(Code::TooManyRows, text)));
        }
        Ok(())
    }
    fn update(&mut self, values: &[ArrayRef], groups: &[u32], total: usize) -> DfResult<()> {
        self.groups(total)?;
        let args = values.get(..self.arguments).unwrap_or(values);
        self.in_parts(args, groups, total).map_err(to_df)
    }
    fn save(&mut self, n: usize) -> DfResult<ArrayRef> {
        let _metered = meter::enter(&self.context);
        let share = share(self.states.get_mut().bytes(), n, self.total);
        let states = self.states.get_mut();
        // As bytes they take about as much as they do now. One group's are put together first.
        meter::room(share).map_err(to_df)?;
        let mut out = BinaryBuilder::with_capacity(n, 0);
        let mut buffer = Vec::new();
        let (mut total, mut asked) = (0usize, 0usize);
        for g in 0..n {
            buffer.clear();
            states.save(g, &mut buffer).map_err(to_df)?;
            total += buffer.len() + 8;
            if total - asked > ASK_BYTES {
                // The list of bytes doubles as it grows, and is moved.
                meter::room((2 * total + buffer.capacity()).max(share)).map_err(to_df)?;
                asked = total;
            }
            if total > i32::MAX as usize {
                return Err(to_df(Error::new(Code::MemoryLimitExceeded, "states of an aggregation exceed 2 GiB")));
            }
            out.append_value(&buffer);
        }
        Ok(Arc::new(out.finish()))
    }
    /// Results of the first groups: they and the states are there together.
    fn finish(&mut self, n: usize) -> DfResult<ArrayRef> {
        let _metered = meter::enter(&self.context);
        let states = self.states.get_mut();
        meter::room(share(states.bytes(), n, self.total)).map_err(to_df)?;
        states.finish(0, n).map_err(to_df)
    }
    fn emitted(&self, emit: EmitTo) -> usize {
        match emit {
            EmitTo::All => self.total,
            EmitTo::First(n) => n.min(self.total),
        }
    }
    fn dropped(&mut self, n: usize) {
        self.states.get_mut().drop_first(n);
        self.total -= n;
    }
    fn merge(&mut self, values: &[ArrayRef], groups: impl Iterator<Item = usize>, total: usize) -> DfResult<()> {
        self.groups(total)?;
        let saved = values
            .first()
            .and_then(|a| a.as_binary_opt::<i32>())
            .ok_or_else(|| DataFusionError::Internal("aggregate states are not bytes".into()))?;
        let _metered = meter::enter(&self.context);
        let states = self.states.get_mut();
        let before = states.bytes();
        let mut asked = 0;
        for (i, g) in groups.enumerate() {
            if saved.is_valid(i) {
                let state = saved.value(i);
                states.merge(state, g, total).map_err(to_df)?;
                asked += state.len() + 8;
                if asked > ASK_BYTES {
                    meter::room(states.bytes().saturating_sub(before)).map_err(to_df)?;
                    asked = 0;
                }
            }
        }
        Ok(())
    }
}

impl GroupsAccumulator for Adapter {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> DfResult<()> {
        match opt_filter {
            None => self.update(values, &groups_of(group_indices), total_num_groups),
            Some(keep) => {
                let values: Vec<ArrayRef> =
                    values.iter().map(|v| Ok(arrow::compute::filter(v, keep)?)).collect::<DfResult<_>>()?;
                let groups: Vec<u32> = group_indices
                    .iter()
                    .zip(keep.iter())
                    .filter(|(_, k)| *k == Some(true))
                    .map(|(g, _)| *g as u32)
                    .collect();
                self.update(&values, &groups, total_num_groups)
            }
        }
    }
    fn evaluate(&mut self, emit_to: EmitTo) -> DfResult<ArrayRef> {
        let n = self.emitted(emit_to);
        let out = self.finish(n)?;
        self.dropped(n);
        Ok(out)
    }
    fn state(&mut self, emit_to: EmitTo) -> DfResult<Vec<ArrayRef>> {
        let n = self.emitted(emit_to);
        let out = self.save(n)?;
        self.dropped(n);
        Ok(vec![out])
    }
    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> DfResult<()> {
        self.merge(values, group_indices.iter().copied(), total_num_groups)
    }
    fn convert_to_state(&self, _: &[ArrayRef], _: Option<&BooleanArray>) -> DfResult<Vec<ArrayRef>> {
        Err(DataFusionError::NotImplemented("aggregates are not skipped".into()))
    }
    fn size(&self) -> usize {
        self.states.lock().bytes() + std::mem::size_of::<Self>()
    }
}

impl Accumulator for Adapter {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DfResult<()> {
        let rows = values.first().map_or(0, |v| v.len());
        self.update(values, &vec![0; rows], 1)
    }
    fn evaluate(&mut self) -> DfResult<ScalarValue> {
        let array = self.finish(1)?;
        ScalarValue::try_from_array(&array, 0)
    }
    fn size(&self) -> usize {
        self.states.lock().bytes() + std::mem::size_of::<Self>()
    }
    fn state(&mut self) -> DfResult<Vec<ScalarValue>> {
        let array = self.save(1)?;
        Ok(vec![ScalarValue::try_from_array(&array, 0)?])
    }
    fn merge_batch(&mut self, states: &[ArrayRef]) -> DfResult<()> {
        let rows = states.first().map_or(0, |v| v.len());
        self.merge(states, std::iter::repeat_n(0, rows), 1)
    }
}
