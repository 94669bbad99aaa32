//! Leaves of physical plans: a table's scan and number sequences. Batches are made on blocking threads and handed over
//! through a short queue, so that readers wait when the query does.

use super::limits::ReadLimits;
use super::{QueryEnv, prune};
use crate::plan::udf::{from_df, to_df};
use crate::plan::{Scan, column_name, lower::field};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result as DfResult, Statistics};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr as DfExpr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, SendableRecordBatchStream,
};
use olly_types::port::{ScanColumn, ScanPlan, ScanRequest, ScanStream, TableSnapshot};
use olly_types::{Code, Error, Result, Type};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Makes batches, on a blocking thread.
type Pull = Box<dyn FnMut() -> Result<Option<RecordBatch>> + Send>;

/// A leaf with some partitions, each read once.
pub struct SourceExec {
    label: String,
    schema: SchemaRef,
    partitions: Mutex<Vec<Option<Pull>>>,
    rows: Option<u64>,
    properties: Arc<PlanProperties>,
}

impl std::fmt::Debug for SourceExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label)
    }
}

impl SourceExec {
    fn new(label: String, schema: SchemaRef, pulls: Vec<Pull>, rows: Option<u64>, endless: bool) -> SourceExec {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(pulls.len()),
            EmissionType::Incremental,
            if endless { Boundedness::Unbounded { requires_infinite_memory: false } } else { Boundedness::Bounded },
        );
        let partitions = Mutex::new(pulls.into_iter().map(Some).collect());
        SourceExec { label, schema, partitions, rows, properties: Arc::new(properties) }
    }
}

impl DisplayAs for SourceExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.label)
    }
}

impl ExecutionPlan for SourceExec {
    fn name(&self) -> &str {
        "SourceExec"
    }
    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }
    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DfResult<TreeNodeRecursion>,
    ) -> DfResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }
    #[allow(deprecated)]
    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> DfResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }
    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let pull = self.partitions.lock().get_mut(partition).and_then(Option::take);
        let mut pull = pull.ok_or_else(|| DataFusionError::Internal("a source was read twice".into()))?;
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.schema), 2);
        let sender = builder.tx();
        builder.spawn_blocking(move || {
            loop {
                match pull().map_err(to_df) {
                    Ok(None) => return Ok(()),
                    Ok(Some(batch)) => {
                        if sender.blocking_send(Ok(batch)).is_err() {
                            return Ok(());
                        }
                    }
                    Err(e) => {
                        let _ = sender.blocking_send(Err(e));
                        return Ok(());
                    }
                }
            }
        });
        Ok(builder.build())
    }
    #[allow(deprecated)]
    fn partition_statistics(&self, _: Option<usize>) -> DfResult<Arc<Statistics>> {
        let mut s = Statistics::new_unknown(&self.schema);
        if let Some(rows) = self.rows {
            s.num_rows = Precision::Inexact(rows as usize);
        }
        Ok(Arc::new(s))
    }
}

/// A stored table in a plan.
#[derive(Debug)]
pub struct ScanTable {
    schema: SchemaRef,
    columns: Vec<(ScanColumn, Type)>,
    label: String,
    snapshot: Snapshot,
    env: Env,
}

/// Wrappers without contents in Debug.
struct Snapshot(Arc<dyn TableSnapshot>);
struct Env(Arc<QueryEnv>);
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("snapshot")
    }
}
impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("query")
    }
}

impl ScanTable {
    pub fn new(scan: &Scan, env: Arc<QueryEnv>) -> ScanTable {
        let fields: Vec<Field> = scan.columns.iter().map(|(id, _, ty)| field(&column_name(*id), ty)).collect();
        ScanTable {
            schema: Arc::new(Schema::new(fields)),
            columns: scan.columns.iter().map(|(_, c, ty)| (c.clone(), ty.clone())).collect(),
            label: format!("{}.{}", scan.database, scan.table),
            snapshot: Snapshot(Arc::clone(&scan.snapshot)),
            env: Env(env),
        }
    }

    /// What is read for these filters and columns.
    pub fn request(&self, projection: &[usize], filters: &[DfExpr], limit: Option<usize>) -> ScanRequest {
        let columns = projection.iter().filter_map(|i| self.columns.get(*i)).map(|(c, _)| c.clone()).collect();
        let named = |name: &str| {
            let i = self.schema.index_of(name).ok()?;
            self.columns.get(i).cloned()
        };
        let prune = prune::conditions(filters, &named, &self.env.0.context);
        ScanRequest {
            columns,
            prune,
            batch_rows: batch_rows(&self.env.0),
            limit: limit.filter(|_| filters.is_empty()),
            memory: Some(Arc::clone(&self.env.0.memory)),
        }
    }
}

/// Rows per batch of this query.
pub fn batch_rows(env: &QueryEnv) -> usize {
    env.settings.u64_or("max_block_size", 8192).unwrap_or(8192).clamp(1, 16_384) as usize
}

#[async_trait]
impl TableProvider for ScanTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
    fn table_type(&self) -> TableType {
        TableType::Base
    }
    fn supports_filters_pushdown(&self, filters: &[&DfExpr]) -> DfResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[DfExpr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize>;
        let projection = match projection {
            Some(p) => p.as_slice(),
            None => {
                all = (0..self.columns.len()).collect();
                &all
            }
        };
        let request = self.request(projection, filters, limit);
        super::limits::columns(&self.env.0, request.columns.len()).map_err(to_df)?;
        let schema = Arc::new(self.schema.project(projection)?);
        let plan = self.snapshot.0.plan(&request).map_err(to_df)?;
        self.env.0.counters.total_rows.fetch_add(plan.rows, Ordering::Relaxed);
        let streams = self.snapshot.0.scan(&request, state.config().target_partitions().max(1)).map_err(to_df)?;
        let types: Arc<[Type]> =
            projection.iter().filter_map(|i| self.columns.get(*i)).map(|(_, t)| t.clone()).collect();
        let mut pulls: Vec<Pull> = streams
            .into_iter()
            .map(|s| pull(s, Arc::clone(&schema), Arc::clone(&types), Arc::clone(&self.env.0)))
            .collect::<Result<_>>()
            .map_err(to_df)?;
        if pulls.is_empty() {
            pulls.push(Box::new(|| Ok(None)));
        }
        let label = describe(&self.label, &request, &plan, &self.snapshot.0);
        Ok(Arc::new(SourceExec::new(label, schema, pulls, Some(plan.rows), false)))
    }
}

/// The scans of an optimized plan: database, table, and what each would read.
pub fn scans(plan: &datafusion::logical_expr::LogicalPlan) -> Result<Vec<(String, String, ScanPlan)>> {
    use datafusion::common::tree_node::TreeNode;
    let mut out = Vec::new();
    plan.apply(|node| {
        if let datafusion::logical_expr::LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = datafusion::datasource::source_as_provider(&scan.source)
        {
            let any: &dyn std::any::Any = provider.as_ref();
            if let Some(table) = any.downcast_ref::<ScanTable>() {
                let all: Vec<usize> = (0..table.columns.len()).collect();
                let projection = scan.projection.as_deref().unwrap_or(&all);
                let request = table.request(projection, &scan.filters, scan.fetch);
                let plan = table.snapshot.0.plan(&request).map_err(to_df)?;
                let schema = table.snapshot.0.schema();
                out.push((schema.database.to_string(), schema.name.to_string(), plan));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(from_df)?;
    Ok(out)
}

/// The line of EXPLAIN.
fn describe(table: &str, request: &ScanRequest, plan: &ScanPlan, snapshot: &Arc<dyn TableSnapshot>) -> String {
    let schema = snapshot.schema();
    let name = |c: &ScanColumn| {
        let base = schema.column(c.column).map_or_else(|| c.column.to_string(), |d| d.name.to_string());
        match &c.access {
            olly_types::port::Access::Whole => base,
            olly_types::port::Access::MapValue(k) => format!("{base}['{}']", String::from_utf8_lossy(k)),
            olly_types::port::Access::MapContains(k) => format!("{base} contains '{}'", String::from_utf8_lossy(k)),
            olly_types::port::Access::MapKeys => format!("{base}.keys"),
            olly_types::port::Access::Size => format!("length({base})"),
        }
    };
    let columns: Vec<String> = request.columns.iter().map(name).collect();
    let mut conditions = Vec::new();
    for p in &request.prune {
        conditions.push(match p {
            olly_types::port::Prune::Range { column, low, high } => {
                let side = |b: &Option<olly_types::port::Bound>, open: &str, closed: &str| {
                    b.as_ref()
                        .map(|b| format!("{}{:?}", if b.inclusive { closed } else { open }, b.value))
                        .unwrap_or_default()
                };
                format!("{} {}{}", name(column), side(low, ">", ">="), side(high, "<", "<="))
            }
            olly_types::port::Prune::In { column, values } => format!("{} in {} values", name(column), values.len()),
            olly_types::port::Prune::Contains { column, needle } => {
                format!("{} contains '{}'", name(column), String::from_utf8_lossy(needle))
            }
        });
    }
    format!(
        "ReadFromTable ({table}) columns=[{}] conditions=[{}] parts={}/{} granules={}/{} rows={}",
        columns.join(", "),
        conditions.join(", "),
        plan.parts_read,
        plan.parts_total,
        plan.granules_read,
        plan.granules_total,
        plan.rows
    )
}

fn pull(mut stream: Box<dyn ScanStream>, schema: SchemaRef, types: Arc<[Type]>, env: Arc<QueryEnv>) -> Result<Pull> {
    let limits = ReadLimits::of(&env)?;
    Ok(Box::new(move || {
        env.cancel.check()?;
        let Some(batch) = stream.next_batch()? else { return Ok(None) };
        let bytes = batch.arrays.iter().map(olly_types::batch::value_bytes).sum();
        if !limits.read(batch.rows as u64, bytes)? {
            return Ok(None);
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(batch.arrays.len());
        for (array, ty) in batch.arrays.into_iter().zip(types.iter()) {
            if array.data_type() != &ty.carrier() {
                let text = format!("a scan gave {} for a column of type {ty}", array.data_type());
                return Err(Error::new(Code::LogicalError, text));
            }
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.rows));
        RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map(Some)
            .map_err(|e| from_df(DataFusionError::from(e)))
    }))
}

/// `numbers(…)` and `system.numbers`.
#[derive(Debug)]
pub struct NumbersTable {
    schema: SchemaRef,
    start: u64,
    count: Option<u64>,
    env: Env,
}

impl NumbersTable {
    pub fn new(name: &str, start: u64, count: Option<u64>, env: Arc<QueryEnv>) -> NumbersTable {
        let schema = Arc::new(Schema::new(vec![Field::new(name, DataType::UInt64, false)]));
        NumbersTable { schema, start, count, env: Env(env) }
    }
}

#[async_trait]
impl TableProvider for NumbersTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
    fn table_type(&self) -> TableType {
        TableType::Base
    }
    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[DfExpr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let whole = projection.is_none_or(|p| !p.is_empty());
        let schema = match projection {
            Some(p) => Arc::new(self.schema.project(p)?),
            None => Arc::clone(&self.schema),
        };
        let count = match (self.count, limit) {
            (Some(c), Some(l)) => Some(c.min(l as u64)),
            (None, Some(l)) => Some(l as u64),
            (c, None) => c,
        };
        let env = Arc::clone(&self.env.0);
        let size = batch_rows(&env) as u64;
        let (mut at, mut left) = (self.start, count);
        let out = Arc::clone(&schema);
        let limits = ReadLimits::of(&env).map_err(to_df)?;
        let pull: Pull = Box::new(move || {
            env.cancel.check()?;
            let n = left.map_or(size, |l| l.min(size));
            if n == 0 {
                return Ok(None);
            }
            left = left.map(|l| l - n);
            let arrays: Vec<ArrayRef> = if whole {
                vec![Arc::new(UInt64Array::from_iter_values((0..n).map(|i| at.wrapping_add(i))))]
            } else {
                Vec::new()
            };
            at = at.wrapping_add(n);
            if !limits.read(n, n * 8)? {
                return Ok(None);
            }
            let options = RecordBatchOptions::new().with_row_count(Some(n as usize));
            RecordBatch::try_new_with_options(Arc::clone(&out), arrays, &options)
                .map(Some)
                .map_err(crate::expr::internal)
        });
        if let Some(c) = count {
            self.env.0.counters.total_rows.fetch_add(c, Ordering::Relaxed);
        }
        let label = format!("ReadFromNumbers start={} count={count:?}", self.start);
        // An endless sequence is not declared so: LIMIT above ends it, and DataFusion would refuse to sort it.
        Ok(Arc::new(SourceExec::new(label, schema, vec![pull], count, false)))
    }
}
