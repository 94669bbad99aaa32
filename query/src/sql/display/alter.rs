//! ALTER TABLE and the clauses that mutations share, written back.

use super::*;

impl Writer {
    pub(super) fn assignments(&mut self, list: &[(Ident, Expr)]) {
        self.list(list, |w, (c, e)| {
            w.column_name(c);
            w.push(" = ");
            w.bare(e);
        });
    }

    // --- ALTER ---

    pub(super) fn alter(&mut self, a: &AlterTable) {
        self.push(if a.temporary { "ALTER TEMPORARY TABLE " } else { "ALTER TABLE " });
        self.table_name(&a.name);
        self.on_cluster(&a.on_cluster);
        self.indent += 1;
        for (i, c) in a.commands.iter().enumerate() {
            if i > 0 {
                self.push(",");
            }
            self.line();
            self.push("(");
            self.alter_command(c);
            self.push(")");
        }
        self.indent -= 1;
    }

    pub(super) fn if_exists(&mut self, b: bool) {
        if b {
            self.push("IF EXISTS ");
        }
    }

    pub(super) fn position(&mut self, p: &Option<ColumnPosition>) {
        match p {
            Some(ColumnPosition::First) => self.push(" FIRST"),
            Some(ColumnPosition::After(c)) => {
                self.push(" AFTER ");
                self.column_name(c);
            }
            None => {}
        }
    }

    pub(super) fn partition(&mut self, p: &Partition) {
        match p {
            Partition::Expr(e) => {
                self.push("PARTITION ");
                self.bare(e);
            }
            Partition::Id(id) => {
                self.push("PARTITION ID ");
                self.string(id);
            }
            Partition::All => self.push("PARTITION ALL"),
            Partition::Part(name) => {
                self.push("PART ");
                self.string(name);
            }
        }
    }

    pub(super) fn in_partition(&mut self, p: &Option<Partition>) {
        if let Some(p) = p {
            self.push(" IN ");
            self.partition(p);
        }
    }

    /// `verb [IF EXISTS] name [IN PARTITION p]`
    pub(super) fn verb(&mut self, verb: &str, if_exists: bool, name: &Ident, partition: &Option<Partition>) {
        self.push(verb);
        self.push(" ");
        self.if_exists(if_exists);
        self.column_name(name);
        self.in_partition(partition);
    }

    pub(super) fn alter_command(&mut self, c: &AlterCommand) {
        use AlterCommand::*;
        let not_exists = |b: bool| if b { "IF NOT EXISTS " } else { "" };
        match c {
            AddColumn { if_not_exists, column, position } => {
                self.push("ADD COLUMN ");
                self.push(not_exists(*if_not_exists));
                self.column(column);
                self.position(position);
            }
            DropColumn { if_exists, column } => self.verb("DROP COLUMN", *if_exists, column, &None),
            ClearColumn { if_exists, column, partition } => self.verb("CLEAR COLUMN", *if_exists, column, partition),
            ModifyColumn { if_exists, column, position } => {
                self.push("MODIFY COLUMN ");
                self.if_exists(*if_exists);
                self.column(column);
                self.position(position);
            }
            ModifyColumnRemove { if_exists, column, property } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" REMOVE ");
                self.push(property);
            }
            ModifyColumnSetting { if_exists, column, settings } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" MODIFY SETTING ");
                self.settings_list(settings);
            }
            ModifyColumnResetSetting { if_exists, column, names } => {
                self.verb("MODIFY COLUMN", *if_exists, column, &None);
                self.push(" RESET SETTING ");
                self.list(names, |w, n| w.ident(n));
            }
            RenameColumn { if_exists, from, to } => {
                self.verb("RENAME COLUMN", *if_exists, from, &None);
                self.push(" TO ");
                self.column_name(to);
            }
            CommentColumn { if_exists, column, comment } => {
                self.verb("COMMENT COLUMN", *if_exists, column, &None);
                self.push(" ");
                self.string(comment);
            }
            MaterializeColumn { column, partition } => self.verb("MATERIALIZE COLUMN", false, column, partition),
            ModifyComment { comment } => {
                self.push("MODIFY COMMENT ");
                self.string(comment);
            }
            ModifyOrderBy { expr } => {
                self.push("MODIFY ORDER BY ");
                self.bare(expr);
            }
            ModifySampleBy { expr } => {
                self.push("MODIFY SAMPLE BY ");
                self.expr(expr, false);
            }
            RemoveSampleBy => self.push("REMOVE SAMPLE BY"),
            ModifyTtl { ttl } => {
                self.push("MODIFY TTL ");
                self.ttl(ttl);
            }
            RemoveTtl => self.push("REMOVE TTL"),
            MaterializeTtl { partition } => {
                self.push("MATERIALIZE TTL");
                self.in_partition(partition);
            }
            ModifySetting { settings } => {
                self.push("MODIFY SETTING ");
                self.settings_list(settings);
            }
            ResetSetting { names } => {
                self.push("RESET SETTING ");
                self.list(names, |w, n| w.ident(n));
            }
            ModifyQuery { query } => {
                self.push("MODIFY QUERY ");
                self.query(query);
            }
            ModifySqlSecurity { text } => self.push(&format!("MODIFY {text}")),
            ModifyRefresh { text } => self.push(&format!("MODIFY REFRESH {text}")),
            AddIndex { if_not_exists, index, position } => {
                self.push("ADD INDEX ");
                self.push(not_exists(*if_not_exists));
                self.index(index);
                self.position(position);
            }
            DropIndex { if_exists, name } => self.verb("DROP INDEX", *if_exists, name, &None),
            ClearIndex { if_exists, name, partition } => self.verb("CLEAR INDEX", *if_exists, name, partition),
            MaterializeIndex { if_exists, name, partition } => {
                self.verb("MATERIALIZE INDEX", *if_exists, name, partition)
            }
            AddProjection { if_not_exists, projection, position } => {
                self.push("ADD PROJECTION ");
                self.push(not_exists(*if_not_exists));
                self.projection(projection);
                self.position(position);
            }
            DropProjection { if_exists, name } => self.verb("DROP PROJECTION", *if_exists, name, &None),
            ClearProjection { if_exists, name, partition } => {
                self.verb("CLEAR PROJECTION", *if_exists, name, partition)
            }
            MaterializeProjection { if_exists, name, partition } => {
                self.verb("MATERIALIZE PROJECTION", *if_exists, name, partition)
            }
            AddConstraint { if_not_exists, constraint } => {
                self.push("ADD CONSTRAINT ");
                self.push(not_exists(*if_not_exists));
                self.constraint(constraint);
            }
            DropConstraint { if_exists, name } => self.verb("DROP CONSTRAINT", *if_exists, name, &None),
            Statistics { text } => self.push(text),
            Delete { partition, filter } => {
                self.push("DELETE");
                self.in_partition(partition);
                self.push(" WHERE ");
                self.expr(filter, false);
            }
            Update { assignments, partition, filter } => {
                self.push("UPDATE ");
                self.assignments(assignments);
                self.in_partition(partition);
                self.push(" WHERE ");
                self.expr(filter, false);
            }
            _ => self.alter_partition(c),
        }
    }

    pub(super) fn alter_partition(&mut self, c: &AlterCommand) {
        use AlterCommand::*;
        match c {
            DropPartition { detached, partition } => {
                self.push(if *detached { "DROP DETACHED " } else { "DROP " });
                self.partition(partition);
            }
            DetachPartition { partition } => {
                self.push("DETACH ");
                self.partition(partition);
            }
            ForgetPartition { partition } => {
                self.push("FORGET ");
                self.partition(partition);
            }
            AttachPartition { partition, from } => {
                self.push("ATTACH ");
                self.partition(partition);
                if let Some(t) = from {
                    self.push(" FROM ");
                    self.table_name(t);
                }
            }
            ReplacePartition { partition, from } => {
                self.push("REPLACE ");
                self.partition(partition);
                self.push(" FROM ");
                self.table_name(from);
            }
            MovePartitionToTable { partition, to } => {
                self.push("MOVE ");
                self.partition(partition);
                self.push(" TO TABLE ");
                self.table_name(to);
            }
            MovePartitionToPlace { partition, volume, to } => {
                self.push("MOVE ");
                self.partition(partition);
                self.push(if *volume { " TO VOLUME " } else { " TO DISK " });
                self.string(to);
            }
            FetchPartition { partition, from } => {
                self.push("FETCH ");
                self.partition(partition);
                self.push(" FROM ");
                self.string(from);
            }
            Freeze { partition, name } => {
                self.push("FREEZE");
                self.named_freeze(partition, name.as_deref());
            }
            Unfreeze { partition, name } => {
                self.push("UNFREEZE");
                self.named_freeze(partition, Some(name));
            }
            ApplyDeletedMask { partition } => {
                self.push("APPLY DELETED MASK");
                self.in_partition(partition);
            }
            ApplyPatches { partition } => {
                self.push("APPLY PATCHES");
                self.in_partition(partition);
            }
            // All others are written by `alter_command`.
            _ => {}
        }
    }

    pub(super) fn named_freeze(&mut self, partition: &Option<Partition>, name: Option<&[u8]>) {
        if let Some(p) = partition {
            self.push(" ");
            self.partition(p);
        }
        if let Some(n) = name {
            self.push(" WITH NAME ");
            self.string(n);
        }
    }
}
