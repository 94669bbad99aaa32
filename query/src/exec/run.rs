//! Running a bound query: planning by DataFusion with the few rules that pay, and the stream of blocks.

use super::memory::BudgetPool;
use super::source::batch_rows;
use super::{QueryEnv, run};
use crate::engine::{Block, BlockSource};
use crate::expr::{CancelToken, LOOK};
use crate::plan::lower::Lower;
use crate::plan::udf::{from_df, to_df};
use crate::plan::{Bound, Output, Width};
use arrow::array::RecordBatch;
use async_trait::async_trait;
use datafusion::common::Result as DfResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::execution::context::SessionContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_optimizer::{PhysicalOptimizerContext, PhysicalOptimizerRule};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::StreamExt;
use olly_types::budget::Reservation;
use olly_types::{Code, Error, Result, limits};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// DataFusion's state for one query.
pub fn state(env: &Arc<QueryEnv>) -> Result<SessionState> {
    let threads = env.settings.u64_or("max_threads", 0)?;
    let threads = if threads == 0 { env.shared.facts.threads } else { threads.min(64) as usize };
    let mut config = SessionConfig::new().with_target_partitions(threads.max(1)).with_batch_size(batch_rows(env));
    config = config
        .with_round_robin_repartition(false)
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false);
    let options = config.options_mut();
    options.optimizer.max_passes = 1;
    options.optimizer.skip_failed_rules = false;
    options.optimizer.enable_dynamic_filter_pushdown = false;
    options.execution.skip_partial_aggregation_probe_ratio_threshold = 1.1;
    options.execution.sort_spill_reservation_bytes = (env.memory.limit() / 16).clamp(64 << 10, 10 << 20) as usize;
    let disk = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![env.shared.spill.clone()]))
        .with_max_temp_directory_size(spill_limit(env)?);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(BudgetPool::new(Arc::clone(&env.memory))))
        .with_disk_manager_builder(disk)
        .build_arc()
        .map_err(from_df)?;
    let end = &env.cancel;
    let rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = vec![
        Arc::new(Looking(datafusion::optimizer::push_down_filter::PushDownFilter::new(), end.clone())),
        Arc::new(Looking(datafusion::optimizer::push_down_limit::PushDownLimit::new(), end.clone())),
        Arc::new(Looking(datafusion::optimizer::optimize_projections::OptimizeProjections::new(), end.clone())),
    ];
    let mut physical: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> =
        vec![Arc::new(super::chain::Chains), Arc::new(super::behind_limit::BehindLimits)];
    physical.extend(PhysicalOptimizer::new().rules);
    physical.push(Arc::new(super::conditions::Conditions));
    let looking = |rule| Arc::new(LookingPhysical(rule, end.clone())) as Arc<dyn PhysicalOptimizerRule + Send + Sync>;
    Ok(SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_query_planner(Arc::new(super::limit_by::Planner(Arc::clone(env))))
        .with_analyzer_rules(Vec::new())
        .with_optimizer_rules(rules)
        .with_physical_optimizer_rules(physical.into_iter().map(looking).collect())
        .build())
}

/// Rows of a batch that operators put together where rows may be so wide: they count rows, not bytes.
fn rows_of(width: Width) -> Option<usize> {
    match width {
        Width::Plain => None,
        Width::States => Some(1024),
        Width::Nested => Some(256),
    }
}

/// Bytes of batches that a sort puts together where rows may be wide.
const WIDE_IN_PLACE: usize = 64 << 10;

/// Bytes on disk that a query's sorts and aggregations may spill. 0 of the setting is the server's limit.
fn spill_limit(env: &QueryEnv) -> Result<u64> {
    let asked = env.settings.u64_or("max_temporary_data_on_disk_size_for_query", 0)?;
    Ok(if asked == 0 { limits::QUERY_SPILL_BYTES } else { asked.min(limits::QUERY_SPILL_BYTES) })
}

/// The optimized logical plan of a bound query. DataFusion takes sorts away that no operator asks for; where a subquery is
/// sorted, ClickHouse's aggregates see that order, so there the rule is left out.
pub fn logical(env: &Arc<QueryEnv>, bound: &Bound, state: &mut SessionState) -> Result<LogicalPlan> {
    if bound.plan.sorts_inside() {
        let mut rules = state.physical_optimizers().to_vec();
        let at = rules.iter().position(|r| r.name() == "EnsureRequirements").unwrap_or(0);
        rules.insert(at, Arc::new(super::sorts::KeepSorts));
        // One partition: several would take the sorted rows in turns.
        let config = state.config().clone().with_target_partitions(1);
        *state = SessionStateBuilder::new_from_existing(state.clone())
            .with_config(config)
            .with_physical_optimizer_rules(rules)
            .build();
    }
    if let Some(rows) = rows_of(bound.plan.width()) {
        let mut config = state.config().clone().with_batch_size(batch_rows(env).min(rows));
        // Batches that a sort puts together are counted whole for each batch that it gives out of them.
        config.options_mut().execution.sort_in_place_threshold_bytes = WIDE_IN_PLACE;
        *state = SessionStateBuilder::new_from_existing(state.clone()).with_config(config).build();
    }
    let plan = Lower::new(env).bound(bound)?;
    env.cancel.check()?;
    state.optimize(&plan).map_err(from_df)
}

/// A rule of the optimizer that looks at the query's end wherever it comes by: plans of thousands of operators or columns
/// take DataFusion's rules seconds.
#[derive(Debug)]
struct Looking<R>(R, CancelToken);

impl<R: OptimizerRule + Send + Sync> OptimizerRule for Looking<R> {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }
    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> DfResult<Transformed<LogicalPlan>> {
        self.1.check().map_err(to_df)?;
        self.0.rewrite(plan, config)
    }
}

/// The same of rules over physical plans.
#[derive(Debug)]
struct LookingPhysical(Arc<dyn PhysicalOptimizerRule + Send + Sync>, CancelToken);

impl PhysicalOptimizerRule for LookingPhysical {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> DfResult<Arc<dyn ExecutionPlan>> {
        self.1.check().map_err(to_df)?;
        self.0.optimize(plan, config)
    }
    fn optimize_with_context(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        context: &dyn PhysicalOptimizerContext,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        self.1.check().map_err(to_df)?;
        self.0.optimize_with_context(plan, context)
    }
    fn name(&self) -> &str {
        self.0.name()
    }
    fn schema_check(&self) -> bool {
        self.0.schema_check()
    }
}

/// The physical plan.
pub async fn physical(plan: LogicalPlan, state: &SessionState) -> Result<Arc<dyn ExecutionPlan>> {
    state.query_planner().create_physical_plan(&plan, state).await.map_err(from_df)
}

/// Starts a physical plan.
pub fn start(
    plan: Arc<dyn ExecutionPlan>,
    state: SessionState,
    env: &Arc<QueryEnv>,
) -> Result<SendableRecordBatchStream> {
    let plan = super::guard::guarded(plan, env)?;
    let context = SessionContext::new_with_state(state).task_ctx();
    let disk = Arc::clone(&context.runtime_env().disk_manager);
    let stream = execute_stream(plan, context).map_err(from_df)?;
    let schema = stream.schema();
    // What is spilled lies there while rows are merged from it.
    let stream = stream.inspect(move |_| limits::seen::QUERY_SPILL_BYTES.note(disk.used_disk_space()));
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream)))
}

/// Blocks of a stream that runs on the query runtime.
pub struct StreamSource {
    receiver: mpsc::Receiver<Result<(RecordBatch, Reservation)>>,
    /// Memory of the batch that the reader has.
    given: Option<Reservation>,
    /// None once it was seen to end.
    task: Option<tokio::task::JoinHandle<()>>,
    header: Vec<Output>,
    env: Arc<QueryEnv>,
    before_limit: Option<Arc<AtomicU64>>,
    rows: u64,
    bytes: u64,
    done: bool,
    /// Whether the limits of results hold: this is one, and no input of another statement.
    limited: bool,
}

impl Drop for StreamSource {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Blocks waiting for the reader.
const QUEUE: usize = 2;

impl StreamSource {
    /// `before_limit`: counts the rows that reach the statement's LIMIT.
    pub fn new(
        env: Arc<QueryEnv>,
        header: Vec<Output>,
        mut stream: SendableRecordBatchStream,
        before_limit: Option<Arc<AtomicU64>>,
    ) -> StreamSource {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let cancel = env.cancel.clone();
        let memory = Arc::clone(&env.memory);
        let task = env.shared.runtime.spawn(async move {
            loop {
                // The token is looked at even while operators wait for each other.
                let next = tokio::time::timeout(LOOK, stream.next()).await;
                let item = match next {
                    Err(_) => match cancel.check() {
                        Ok(()) if sender.is_closed() => return,
                        Ok(()) => continue,
                        Err(e) => Err(e),
                    },
                    Ok(None) => return,
                    Ok(Some(Err(e))) => Err(from_df(e)),
                    Ok(Some(Ok(batch))) => cancel.check().and_then(|()| {
                        let bytes = batch.columns().iter().map(super::held::held_bytes).sum();
                        Ok((batch, memory.reserve(bytes)?))
                    }),
                };
                let failed = item.is_err();
                if sender.send(item).await.is_err() || failed {
                    return;
                }
            }
        });
        StreamSource {
            receiver,
            given: None,
            task: Some(task),
            header,
            env,
            before_limit,
            rows: 0,
            bytes: 0,
            done: false,
            limited: false,
        }
    }
    /// Ends by max_result_rows and max_result_bytes.
    pub fn limited(mut self) -> StreamSource {
        self.limited = true;
        self
    }
}

impl StreamSource {
    /// The next batch, None behind the last. The query's end is looked at here too: an operator may be long over one batch.
    async fn receive(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            match tokio::time::timeout(LOOK, self.receiver.recv()).await {
                Ok(Some(item)) => {
                    let (batch, held) = item?;
                    self.given = Some(held);
                    return Ok(Some(batch));
                }
                Ok(None) => {
                    // A worker that panicked or was stopped has not given all.
                    let ended = match self.task.take() {
                        Some(task) => task.await,
                        None => Ok(()),
                    };
                    self.env.cancel.check()?;
                    return match ended {
                        Ok(()) => Ok(None),
                        Err(e) => Err(Error::new(Code::LogicalError, format!("the query's task failed: {e}"))),
                    };
                }
                Err(_) => self.env.cancel.check()?,
            }
        }
    }

    /// Whether the result is within its limits; false where it ends here.
    fn within(&self) -> Result<bool> {
        let settings = &self.env.settings;
        let limits = [("max_result_rows", "rows", self.rows), ("max_result_bytes", "bytes", self.bytes)];
        for (name, what, current) in limits {
            let limit = settings.u64_or(name, 0)?;
            if self.limited && limit > 0 && current > limit {
                if settings.get("result_overflow_mode") == Some("break") {
                    return Ok(false);
                }
                let text = format!("Limit for result exceeded, max {what}: {limit}, current {what}: {current}");
                return Err(Error::new(Code::TooManyRowsOrBytes, text));
            }
        }
        Ok(true)
    }
}

#[async_trait]
impl BlockSource for StreamSource {
    async fn next(&mut self) -> Result<Option<Block>> {
        if self.done {
            return Ok(None);
        }
        let batch = match self.receive().await {
            Ok(Some(batch)) => batch,
            Ok(None) => {
                self.done = true;
                return Ok(None);
            }
            Err(e) => {
                self.done = true;
                let overflow = self.env.settings.get("timeout_overflow_mode") == Some("break");
                return if e.code == Code::TimeoutExceeded && overflow { Ok(None) } else { Err(e) };
            }
        };
        let block = block_of(&batch, &self.header);
        self.rows += block.rows as u64;
        self.bytes += batch.columns().iter().map(olly_types::batch::value_bytes).sum::<u64>();
        self.done = !self.within().inspect_err(|_| self.done = true)?;
        Ok(Some(block))
    }
    fn rows_before_limit(&self) -> Option<u64> {
        self.before_limit.as_ref().map(|rows| rows.load(Ordering::Relaxed).max(self.rows))
    }
}

/// A batch as a block of the result's columns.
pub fn block_of(batch: &RecordBatch, header: &[Output]) -> Block {
    let columns =
        header.iter().zip(batch.columns()).map(|(o, a)| (o.name.clone(), o.ty.clone(), Arc::clone(a))).collect();
    Block { columns, rows: batch.num_rows() }
}

/// Runs a whole query and gives its batches to `take`, until it answers false. Called on a blocking thread.
pub fn feed(env: &Arc<QueryEnv>, bound: Bound, take: crate::bind::Take<'_>) -> Result<()> {
    let handle = env.shared.runtime.clone();
    let header = bound.columns.clone();
    let mut state = run::state(env)?;
    let plan = logical(env, &bound, &mut state)?;
    drop(bound);
    handle.block_on(async {
        let plan = physical(plan, &state).await?;
        let stream = start(plan, state, env)?;
        let mut source = StreamSource::new(Arc::clone(env), header, stream, None);
        while let Some(batch) = source.receive().await? {
            if !take(batch)? {
                return Ok(());
            }
        }
        Ok(())
    })
}

/// Batches as one block of a result's columns.
pub fn joined(batches: &[RecordBatch], header: &[Output], rows: usize) -> Result<Block> {
    let mut columns = Vec::with_capacity(header.len());
    for (i, o) in header.iter().enumerate() {
        let parts: Vec<&dyn arrow::array::Array> =
            batches.iter().filter_map(|b| b.columns().get(i)).map(|a| a.as_ref()).collect();
        let array = if parts.is_empty() {
            arrow::array::new_empty_array(&o.ty.carrier())
        } else {
            arrow::compute::concat(&parts).map_err(crate::expr::internal)?
        };
        columns.push((o.name.clone(), o.ty.clone(), array));
    }
    Ok(Block { columns, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, RecordBatchOptions};
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use olly_types::Type;

    /// A batch, and then what `end` says.
    fn source(env: &Arc<QueryEnv>, end: fn() -> Option<datafusion::common::Result<RecordBatch>>) -> StreamSource {
        let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, false)]));
        let columns: Vec<arrow::array::ArrayRef> = vec![Arc::new(Int64Array::from(vec![1, 2]))];
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &RecordBatchOptions::new()).unwrap();
        let stream = futures::stream::iter(0..2).filter_map(move |i| {
            let next = if i == 0 { Some(Ok(batch.clone())) } else { end() };
            async move { next }
        });
        let stream = Box::pin(RecordBatchStreamAdapter::new(schema, Box::pin(stream)));
        let header = vec![Output { id: 0, name: "a".into(), ty: Type::Int64 }];
        StreamSource::new(Arc::clone(env), header, stream, None)
    }

    #[test]
    fn a_result_ends_with_its_last_row_or_with_an_error() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let env = crate::fake::query_env(&runtime, 0);
        runtime.block_on(async {
            let mut whole = source(&env, || None);
            assert_eq!(whole.next().await.unwrap().unwrap().rows, 2);
            assert!(whole.next().await.unwrap().is_none());
            assert!(whole.next().await.unwrap().is_none());
            let mut broken = source(&env, || panic!("a function's mistake"));
            assert_eq!(broken.next().await.unwrap().unwrap().rows, 2);
            let error = broken.next().await.err().unwrap();
            assert_eq!(error.code, Code::LogicalError);
            assert!(error.message.contains("a function's mistake"), "{error}");
        });
    }
}
