//! Errors as a client sees them: a ClickHouse code, a message, and what the caller should do about it.
//!
//! Lower crates have enums of their own and convert at their border.

use std::fmt;

/// What a caller does with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The same request may succeed later: back off and try again.
    Retry,
    /// The request is wrong or over a limit: change it.
    Reject,
    /// The store cannot go on: stop and recover.
    Fatal,
}

macro_rules! codes {
    ($($name:ident = $num:literal $upper:literal,)*) => {
        /// ClickHouse's error codes that OllyStack uses (source: ClickHouse `src/Common/ErrorCodes.cpp`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Code { $($name = $num,)* }

        impl Code {
            /// ClickHouse's name of the code, as in `(UNKNOWN_TABLE)`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $upper,)* }
            }
            /// The code of a number, if it is one of ours.
            pub fn from_number(n: i32) -> Option<Code> {
                match n { $($num => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    UnsupportedMethod = 1 "UNSUPPORTED_METHOD",
    CannotParseText = 6 "CANNOT_PARSE_TEXT",
    IncorrectNumberOfColumns = 7 "INCORRECT_NUMBER_OF_COLUMNS",
    ThereIsNoColumn = 8 "THERE_IS_NO_COLUMN",
    SizesOfColumnsDoNotMatch = 9 "SIZES_OF_COLUMNS_DOESNT_MATCH",
    NotFoundColumnInBlock = 10 "NOT_FOUND_COLUMN_IN_BLOCK",
    DuplicateColumn = 15 "DUPLICATE_COLUMN",
    NoSuchColumnInTable = 16 "NO_SUCH_COLUMN_IN_TABLE",
    SizeOfFixedStringDoesNotMatch = 19 "SIZE_OF_FIXED_STRING_DOESNT_MATCH",
    CannotParseInputAssertionFailed = 27 "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
    CannotParseEscapeSequence = 25 "CANNOT_PARSE_ESCAPE_SEQUENCE",
    CannotParseQuotedString = 26 "CANNOT_PARSE_QUOTED_STRING",
    IncorrectElementOfSet = 124 "INCORRECT_ELEMENT_OF_SET",
    CannotReadArrayFromText = 130 "CANNOT_READ_ARRAY_FROM_TEXT",
    UnexpectedDataAfterParsedValue = 632 "UNEXPECTED_DATA_AFTER_PARSED_VALUE",
    CannotParseDate = 38 "CANNOT_PARSE_DATE",
    CannotParseDateTime = 41 "CANNOT_PARSE_DATETIME",
    AttemptToReadAfterEof = 32 "ATTEMPT_TO_READ_AFTER_EOF",
    CannotReadAllData = 33 "CANNOT_READ_ALL_DATA",
    TooManyArgumentsForFunction = 34 "TOO_MANY_ARGUMENTS_FOR_FUNCTION",
    TooFewArgumentsForFunction = 35 "TOO_FEW_ARGUMENTS_FOR_FUNCTION",
    BadArguments = 36 "BAD_ARGUMENTS",
    UnknownElementInAst = 37 "UNKNOWN_ELEMENT_IN_AST",
    SizesOfArraysDoNotMatch = 190 "SIZES_OF_ARRAYS_DONT_MATCH",
    NumberOfArgumentsDoesNotMatch = 42 "NUMBER_OF_ARGUMENTS_DOESNT_MATCH",
    IllegalTypeOfArgument = 43 "ILLEGAL_TYPE_OF_ARGUMENT",
    IllegalColumn = 44 "ILLEGAL_COLUMN",
    UnknownFunction = 46 "UNKNOWN_FUNCTION",
    UnknownIdentifier = 47 "UNKNOWN_IDENTIFIER",
    NotImplemented = 48 "NOT_IMPLEMENTED",
    LogicalError = 49 "LOGICAL_ERROR",
    UnknownType = 50 "UNKNOWN_TYPE",
    EmptyListOfColumnsQueried = 51 "EMPTY_LIST_OF_COLUMNS_QUERIED",
    TypeMismatch = 53 "TYPE_MISMATCH",
    UnknownStorage = 56 "UNKNOWN_STORAGE",
    TableAlreadyExists = 57 "TABLE_ALREADY_EXISTS",
    IllegalTypeOfColumnForFilter = 59 "ILLEGAL_TYPE_OF_COLUMN_FOR_FILTER",
    UnknownTable = 60 "UNKNOWN_TABLE",
    SyntaxError = 62 "SYNTAX_ERROR",
    UnknownAggregateFunction = 63 "UNKNOWN_AGGREGATE_FUNCTION",
    UnknownDatabase = 81 "UNKNOWN_DATABASE",
    DatabaseAlreadyExists = 82 "DATABASE_ALREADY_EXISTS",
    CannotGetSizeOfField = 67 "CANNOT_GET_SIZE_OF_FIELD",
    ArgumentOutOfBound = 69 "ARGUMENT_OUT_OF_BOUND",
    CannotConvertType = 70 "CANNOT_CONVERT_TYPE",
    CannotParseNumber = 72 "CANNOT_PARSE_NUMBER",
    UnknownFormat = 73 "UNKNOWN_FORMAT",
    EmptyQuery = 93 "EMPTY_QUERY",
    CannotParseUuid = 376 "CANNOT_PARSE_UUID",
    CannotParseIpv4 = 675 "CANNOT_PARSE_IPV4",
    CannotParseIpv6 = 676 "CANNOT_PARSE_IPV6",
    UnknownPacketFromClient = 99 "UNKNOWN_PACKET_FROM_CLIENT",
    UnexpectedPacketFromClient = 101 "UNEXPECTED_PACKET_FROM_CLIENT",
    UnknownSetting = 115 "UNKNOWN_SETTING",
    IncorrectData = 117 "INCORRECT_DATA",
    EngineRequired = 119 "ENGINE_REQUIRED",
    IncorrectQuery = 80 "INCORRECT_QUERY",
    IllegalDivision = 153 "ILLEGAL_DIVISION",
    ParameterOutOfBound = 12 "PARAMETER_OUT_OF_BOUND",
    TooLargeStringSize = 131 "TOO_LARGE_STRING_SIZE",
    TooLargeArraySize = 128 "TOO_LARGE_ARRAY_SIZE",
    PositionalArgumentOutOfRange = 353 "INDEX_OF_POSITIONAL_ARGUMENT_IS_OUT_OF_RANGE",
    AggregateFunctionDoesNotAllowParameters = 133 "AGGREGATE_FUNCTION_DOESNT_ALLOW_PARAMETERS",
    ParametersToAggregateFunctionsMustBeLiterals = 134 "PARAMETERS_TO_AGGREGATE_FUNCTIONS_MUST_BE_LITERALS",
    ZeroArrayOrTupleIndex = 135 "ZERO_ARRAY_OR_TUPLE_INDEX",
    UnknownElementOfEnum = 691 "UNKNOWN_ELEMENT_OF_ENUM",
    TooManyRows = 158 "TOO_MANY_ROWS",
    TimeoutExceeded = 159 "TIMEOUT_EXCEEDED",
    TooSlow = 160 "TOO_SLOW",
    Readonly = 164 "READONLY",
    TooManyColumns = 161 "TOO_MANY_COLUMNS",
    TooDeepSubqueries = 162 "TOO_DEEP_SUBQUERIES",
    TooDeepAst = 167 "TOO_DEEP_AST",
    TooBigAst = 168 "TOO_BIG_AST",
    BadTypeOfField = 169 "BAD_TYPE_OF_FIELD",
    BadGet = 170 "BAD_GET",
    CyclicAliases = 174 "CYCLIC_ALIASES",
    AliasRequired = 206 "ALIAS_REQUIRED",
    MultipleExpressionsForAlias = 179 "MULTIPLE_EXPRESSIONS_FOR_ALIAS",
    ThereIsNoProfile = 180 "THERE_IS_NO_PROFILE",
    IllegalAggregation = 184 "ILLEGAL_AGGREGATION",
    SetSizeLimitExceeded = 191 "SET_SIZE_LIMIT_EXCEEDED",
    UnknownUser = 192 "UNKNOWN_USER",
    WrongPassword = 193 "WRONG_PASSWORD",
    RequiredPassword = 194 "REQUIRED_PASSWORD",
    IpAddressNotAllowed = 195 "IP_ADDRESS_NOT_ALLOWED",
    DatabaseAccessDenied = 291 "DATABASE_ACCESS_DENIED",
    TooManySimultaneousQueries = 202 "TOO_MANY_SIMULTANEOUS_QUERIES",
    UnionAllResultStructuresMismatch = 258 "UNION_ALL_RESULT_STRUCTURES_MISMATCH",
    InvalidLimitExpression = 440 "INVALID_LIMIT_EXPRESSION",
    AmbiguousIdentifier = 207 "AMBIGUOUS_IDENTIFIER",
    EmptyNestedTable = 208 "EMPTY_NESTED_TABLE",
    SocketTimeout = 209 "SOCKET_TIMEOUT",
    NetworkError = 210 "NETWORK_ERROR",
    NotAnAggregate = 215 "NOT_AN_AGGREGATE",
    QueryWithSameIdIsAlreadyRunning = 216 "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
    MemoryLimitExceeded = 241 "MEMORY_LIMIT_EXCEEDED",
    TableIsReadOnly = 242 "TABLE_IS_READ_ONLY",
    NotEnoughSpace = 243 "NOT_ENOUGH_SPACE",
    UnexpectedZookeeperError = 244 "UNEXPECTED_ZOOKEEPER_ERROR",
    CorruptedData = 246 "CORRUPTED_DATA",
    TooManyParts = 252 "TOO_MANY_PARTS",
    InvalidPartitionValue = 248 "INVALID_PARTITION_VALUE",
    NoSuchReplica = 251 "NO_SUCH_REPLICA",
    NoCommonType = 386 "NO_COMMON_TYPE",
    AioReadError = 273 "AIO_READ_ERROR",
    UnknownTypeOfQuery = 78 "UNKNOWN_TYPE_OF_QUERY",
    UnknownDatabaseEngine = 336 "UNKNOWN_DATABASE_ENGINE",
    UnsupportedJoinKeys = 333 "UNSUPPORTED_JOIN_KEYS",
    IncompatibleColumns = 122 "INCOMPATIBLE_COLUMNS",
    InvalidJoinOnExpression = 403 "INVALID_JOIN_ON_EXPRESSION",
    FunctionThrowIfValueIsNonZero = 395 "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO",
    QueryWasCancelled = 394 "QUERY_WAS_CANCELLED",
    UnknownOverflowMode = 145 "UNKNOWN_OVERFLOW_MODE",
    ExpectedAllOrDistinct = 558 "EXPECTED_ALL_OR_DISTINCT",
    TooManyBytes = 307 "TOO_MANY_BYTES",
    TooManyRowsOrBytes = 396 "TOO_MANY_ROWS_OR_BYTES",
    SessionNotFound = 372 "SESSION_NOT_FOUND",
    SessionIsLocked = 373 "SESSION_IS_LOCKED",
    DecimalOverflow = 407 "DECIMAL_OVERFLOW",
    IllegalSyntaxForDataType = 377 "ILLEGAL_SYNTAX_FOR_DATA_TYPE",
    DataTypeCannotHaveArguments = 378 "DATA_TYPE_CANNOT_HAVE_ARGUMENTS",
    UnknownStatusOfInsert = 319 "UNKNOWN_STATUS_OF_INSERT",
    ValueIsOutOfRangeOfDataType = 321 "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
    CannotInsertNullInOrdinaryColumn = 349 "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN",
    ScalarSubqueryTooManyRows = 125 "INCORRECT_RESULT_OF_SCALAR_SUBQUERY",
    TupleSizeMismatch = 20 "NUMBER_OF_COLUMNS_DOESNT_MATCH",
    SuspiciousTypeForLowCardinality = 455 "SUSPICIOUS_TYPE_FOR_LOW_CARDINALITY",
    TooDeepRecursion = 306 "TOO_DEEP_RECURSION",
    UnknownQueryParameter = 456 "UNKNOWN_QUERY_PARAMETER",
    BadQueryParameter = 457 "BAD_QUERY_PARAMETER",
    IllegalPrewhere = 182 "ILLEGAL_PREWHERE",
    AccessDenied = 497 "ACCESS_DENIED",
    LimitExceeded = 290 "LIMIT_EXCEEDED",
    AuthenticationFailed = 516 "AUTHENTICATION_FAILED",
    CannotParseBool = 467 "CANNOT_PARSE_BOOL",
    CannotParseRegexp = 427 "CANNOT_COMPILE_REGEXP",
    HttpLengthRequired = 381 "HTTP_LENGTH_REQUIRED",
    QueryIsTooLarge = 552 "QUERY_IS_TOO_LARGE",
    TooLargeSizeCompressed = 89 "TOO_LARGE_SIZE_COMPRESSED",
    ChecksumDoesNotMatch = 40 "CHECKSUM_DOESNT_MATCH",
    CannotDecompress = 271 "CANNOT_DECOMPRESS",
    Aborted = 236 "ABORTED",
    UnknownException = 1002 "UNKNOWN_EXCEPTION",
}

impl Code {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        self as i32
    }
}

/// An error with a ClickHouse code; what every listener shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    pub message: String,
    pub class: Class,
}

/// Result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A rejected request.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), class: Class::Reject }
    }
    /// A passing condition: the same request may be sent again.
    pub fn retry(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), class: Class::Retry }
    }
    /// The store cannot go on.
    pub fn fatal(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), class: Class::Fatal }
    }
    /// A feature that does not exist here, by name.
    pub fn unsupported(what: impl fmt::Display) -> Self {
        Error::new(Code::NotImplemented, format!("{what} is not supported"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Code: {}. DB::Exception: {}. ({})",
            self.code.number(),
            self.message.trim_end_matches('.'),
            self.code.name()
        )
    }
}

impl std::error::Error for Error {}
