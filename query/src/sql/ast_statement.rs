//! Syntax tree of statements other than queries and data definition.

use super::ast::*;

/// One statement with the clauses that any statement with a result may end in.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub kind: StatementKind,
    pub outfile: Option<IntoOutfile>,
    /// `FORMAT name` of the result. An INSERT's input format is in [`Insert`].
    pub format: Option<Ident>,
    /// `SETTINGS` after FORMAT, or of a statement that is no SELECT. A SELECT's own are in [`Select`].
    pub settings: Vec<SettingChange>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    Query(Query),
    Insert(Box<Insert>),
    CreateDatabase(Box<CreateDatabase>),
    CreateTable(Box<CreateTable>),
    CreateView(Box<CreateView>),
    Drop(Box<DropStatement>),
    /// `UNDROP TABLE t`
    Undrop {
        name: TableName,
        on_cluster: Option<Ident>,
    },
    Rename(Box<RenameStatement>),
    Alter(Box<AlterTable>),
    Optimize(Box<Optimize>),
    /// `DELETE FROM t [ON CLUSTER c] [IN PARTITION p] WHERE …`
    Delete(Box<Delete>),
    /// `UPDATE t SET … [IN PARTITION p] WHERE …`
    Update(Box<Update>),
    Describe(Box<Describe>),
    Show(Box<Show>),
    /// `EXISTS [TEMPORARY] TABLE|VIEW|DATABASE|DICTIONARY name`
    Exists {
        kind: ObjectKind,
        temporary: bool,
        name: TableName,
    },
    Use {
        database: Ident,
    },
    Set {
        changes: Vec<SettingChange>,
    },
    Explain(Box<Explain>),
    Kill(Box<Kill>),
    System(System),
    /// `CHECK TABLE t [PARTITION …]`
    Check {
        name: TableName,
        partition: Option<Partition>,
    },
    /// `BEGIN TRANSACTION`, `COMMIT`, `ROLLBACK`
    Transaction {
        verb: &'static str,
    },
    /// A statement of ClickHouse that is recognised only by its name (`GRANT`, `CREATE USER`, `BACKUP`, …), to be refused by it.
    Unsupported {
        name: String,
        text: String,
    },
}

/// `INTO OUTFILE 'file' [APPEND|TRUNCATE] [AND STDOUT] [COMPRESSION 'method' [LEVEL n]]`
#[derive(Debug, Clone, PartialEq)]
pub struct IntoOutfile {
    pub file: Vec<u8>,
    pub append: bool,
    pub truncate: bool,
    pub and_stdout: bool,
    pub compression: Option<Vec<u8>>,
    pub level: Option<u64>,
}

/// `INSERT INTO [TABLE] [FUNCTION] target [(columns)] [PARTITION BY e] [SETTINGS …] VALUES … | FORMAT f … | SELECT …`
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    pub target: InsertTarget,
    pub columns: InsertColumns,
    /// `INSERT INTO FUNCTION … PARTITION BY expr`
    pub partition_by: Option<Expr>,
    pub settings: Vec<SettingChange>,
    pub source: InsertSource,
}

#[derive(Debug, Clone, PartialEq)]
pub enum InsertTarget {
    Table(TableName),
    Function(FunctionCall),
}

#[derive(Debug, Clone, PartialEq)]
pub enum InsertColumns {
    /// No list: all columns that can be inserted into.
    All,
    /// Names, dotted ones included.
    List(Vec<Ident>),
    /// `(* EXCEPT (a, b))`, `(COLUMNS('re'))`, or a mix with names.
    Matchers(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum InsertSource {
    /// `VALUES`: `data` starts after the word and goes to the end of the text. It is not looked at.
    Values {
        data: Span,
    },
    /// `FORMAT f`: as VALUES; white space up to and including the first line feed after the name is not data.
    Format {
        name: Ident,
        data: Span,
    },
    Query(Query),
    /// `FROM INFILE 'file' [COMPRESSION '…'] FORMAT f`
    Infile {
        file: Vec<u8>,
        compression: Option<Vec<u8>>,
        format: Option<Ident>,
    },
    /// The text ended after the table: data and format come by the protocol.
    External,
}

/// `OPTIMIZE TABLE t [ON CLUSTER c] [PARTITION p] [FINAL] [DEDUPLICATE [BY …]] [CLEANUP]`
#[derive(Debug, Clone, PartialEq)]
pub struct Optimize {
    pub name: TableName,
    pub on_cluster: Option<Ident>,
    pub partition: Option<Partition>,
    pub is_final: bool,
    pub deduplicate: bool,
    pub deduplicate_by: Vec<Expr>,
    pub cleanup: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    pub name: TableName,
    pub on_cluster: Option<Ident>,
    pub partition: Option<Partition>,
    pub filter: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub name: TableName,
    pub on_cluster: Option<Ident>,
    pub assignments: Vec<(Ident, Expr)>,
    pub partition: Option<Partition>,
    pub filter: Expr,
}

/// `DESCRIBE [TABLE] t | function(…) | (SELECT …)`, `DESC SELECT …`
#[derive(Debug, Clone, PartialEq)]
pub struct Describe {
    pub target: TableExprKind,
}

/// `[NOT] LIKE|ILIKE 'pattern'`
#[derive(Debug, Clone, PartialEq)]
pub struct LikeFilter {
    pub not: bool,
    pub case_insensitive: bool,
    pub pattern: Vec<u8>,
}

/// `[LIKE …] [WHERE …] [LIMIT n]` of SHOW statements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShowFilter {
    pub like: Option<LikeFilter>,
    pub filter: Option<Expr>,
    pub limit: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    Databases(ShowFilter),
    Tables {
        full: bool,
        temporary: bool,
        from: Option<Ident>,
        filter: ShowFilter,
    },
    Dictionaries {
        from: Option<Ident>,
        filter: ShowFilter,
    },
    /// `SHOW [EXTENDED] [FULL] COLUMNS FROM t [FROM db] …`
    Columns {
        extended: bool,
        full: bool,
        table: TableName,
        filter: ShowFilter,
    },
    /// `SHOW [EXTENDED] INDEX|INDEXES|INDICES|KEYS FROM t [FROM db] [WHERE …]`
    Indexes {
        extended: bool,
        table: TableName,
        filter: Option<Expr>,
    },
    /// `SHOW CREATE [TEMPORARY] [TABLE|VIEW|DATABASE|DICTIONARY] name`, `SHOW TABLE t`
    Create {
        kind: ObjectKind,
        temporary: bool,
        name: TableName,
    },
    Processlist,
    /// `SHOW [CHANGED] SETTINGS [LIKE …]`
    Settings {
        changed: bool,
        filter: ShowFilter,
    },
    /// `SHOW SETTING name`
    Setting {
        name: String,
    },
    Functions(ShowFilter),
    Engines,
    Merges(ShowFilter),
    Clusters(ShowFilter),
    /// `SHOW CLUSTER 'name'`
    Cluster {
        name: String,
    },
    /// `SHOW GRANTS [FOR …]`: the text after GRANTS.
    Grants {
        rest: String,
    },
    /// `SHOW USERS|ROLES|ACCESS|PROFILES|POLICIES|QUOTAS|PRIVILEGES|CREATE USER …`, by name.
    Access {
        what: String,
        rest: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    pub kind: ExplainKind,
    /// `EXPLAIN PLAN indexes = 1, json = 1 SELECT …`
    pub settings: Vec<SettingChange>,
    pub statement: Statement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExplainKind {
    Ast,
    Syntax,
    QueryTree,
    Plan,
    Pipeline,
    Estimate,
    TableOverride,
    CurrentTransaction,
}

/// `KILL QUERY|MUTATION [ON CLUSTER c] WHERE … [SYNC|ASYNC|TEST]`
#[derive(Debug, Clone, PartialEq)]
pub struct Kill {
    pub kind: KillKind,
    pub on_cluster: Option<Ident>,
    pub filter: Expr,
    pub sync: bool,
    pub test: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillKind {
    Query,
    Mutation,
    PartMoveToShard,
    Transaction,
}

/// `SYSTEM words…`: the command's words in upper case up to the first that is no bare word, and the rest as text.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// `FLUSH LOGS`, `DROP MARK CACHE`, `SYNC REPLICA`, …: the longest known command, else all bare words.
    pub command: String,
    /// What follows: usually a table's name.
    pub rest: String,
    /// `rest` as a table's name, if it is one.
    pub target: Option<TableName>,
}
