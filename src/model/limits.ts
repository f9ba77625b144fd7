/**
 * Every bound of every queue, map, retry and timeout, each with its reason; whoever hits one counts
 * it. Appended to by each part: keep a section a part, in the order of the data path.
 */

// --- Findings -----------------------------------------------------------------------------------

/** Processes in a finding's tree: shells in scripts in supervisors rarely pass 10. */
export const FINDING_TREE_MAX = 24;
/** Ancestors shown beyond the container's border, to see what entered it (runc exec, nsenter). */
export const FINDING_OUTSIDE_MAX = 3;
/** Characters of one process's arguments kept in a finding; the middle of longer ones is elided. */
export const FINDING_ARGS_CHARS = 4096;
/** Characters of one output field or the sentence kept in a finding. */
export const FINDING_TEXT_CHARS = 8192;
/** Images a process had before its last exec that are kept in a finding. */
export const FINDING_HISTORY_MAX = 3;
/**
 * Characters looked at for secrets in one text: the longest arguments a kernel gives in one event.
 */
export const REDACT_TEXT_CHARS = 131_072;
/** Distinct secret values of one finding that are also searched in its other texts. */
export const REDACT_VALUES_MAX = 64;

/** Keys whose judgement is remembered; then all are judged anew. */
export const REDACT_KEYS_MAX = 2_000;

/** A folded finding that was not seen for this long is over; the next one is told in full again. */
export const FOLD_WINDOW_MS = 60_000;
/** The first update of a folded finding's count; each next one waits twice as long … */
export const FOLD_UPDATE_FIRST_MS = 5_000;
/** … up to this. */
export const FOLD_UPDATE_MAX_MS = 300_000;
/** Findings that can be folded at one time; the one quiet for longest makes room. */
export const FOLD_TABLE_MAX = 4096;
/**
 * Differing findings of one rule in one container a window told in full; more are counted in one
 * line.
 */
export const FOLD_DISTINCT_MAX = 10;
/** Differing findings that are told apart in one count; more are counted, not told apart. */
export const FOLD_DISTINCT_COUNT_MAX = 1_000;
/** How long a finding waits for the name, image and pod of a container just started. */
export const IDENTITY_WAIT_MS = 200;
/** Containers remembered as waited for already, so that each is waited for once. */
export const IDENTITY_WAITED_MAX = 10_000;
/** Threads copied for a finding that waits: those of its tree, with their leaders. */
export const FROZEN_THREADS_MAX = 64;
/** Findings waiting for that at one time; more go out without it. */
export const IDENTITY_WAIT_MAX = 256;

// --- Output -------------------------------------------------------------------------------------

/** Bytes waiting for a slow reader of stdout before findings are dropped and counted. */
export const OUTPUT_QUEUE_BYTES = 8 * 1024 * 1024;
/** How long to let a full disk or a busy device rest before trying to write again. */
export const OUTPUT_RETRY_MS = 1_000;
/** How long the end of the program waits for what is still to be written or posted. */
export const OUTPUT_FLUSH_MS = 2_000;
/** Findings waiting for the receiver of --post; the oldest makes room. */
export const POST_QUEUE_MAX = 1_000;
/** Bytes of those, for findings can be large. */
export const POST_QUEUE_BYTES = 8 * 1024 * 1024;
/** One request, from connecting to the end of the answer. */
export const POST_TIMEOUT_MS = 10_000;
/** The first pause after a failed request; each next one twice as long, with jitter … */
export const POST_BACKOFF_FIRST_MS = 500;
/** … up to this. */
export const POST_BACKOFF_MAX_MS = 30_000;
/** The longest pause that a receiver may ask for with Retry-After. */
export const POST_RETRY_AFTER_MAX_MS = 300_000;

// --- Programs -----------------------------------------------------------------------------------

/**
 * How long findings say that events were lost before them. At one entry a second, its own bound.
 */
export const LOSS_MEMORY_MS = 60_000;
/** Counters, clock and containers are looked at this often; the kernel counts in between. */
export const WATCH_TICK_MS = 1_000;
/** With no event since the last look, counters are read only every so many ticks. */
export const IDLE_COUNTER_TICKS = 15;
/** Between making the code for one event type and the next; the ring is read in between. */
export const PREPARE_PAUSE_MS = 20;
/** Looked at this often: whether a storm has left more memory behind than … */
export const RELEASE_EVERY_MS = 30_000;
/** … this, while no more events come than so many a second, for giving it back takes 50 ms. */
export const RELEASE_ABOVE_BYTES = 90 * 1024 * 1024;
export const RELEASE_BELOW_EVENTS = 2_000;
/** Repairing the process table reads all of /proc; while events go on being lost, this seldom. */
export const REPAIR_EVERY_MS = 5_000;
/**
 * A rule file larger than this is refused: all of Falco’s come to 0.2 MiB; 1 MiB takes 1 s to load.
 */
export const RULE_FILE_BYTES = 4 * 1024 * 1024;
/** Rule files of one set. */
export const RULE_FILES_MAX = 1_000;
/** Editors write a file in several steps; wait for quiet before reading it again. */
export const RELOAD_DEBOUNCE_MS = 100;
/** How long `status` waits for one sensor's answer. */
export const STATUS_TIMEOUT_MS = 1_000;
/** Bytes of that answer. */
export const STATUS_ANSWER_BYTES = 1024 * 1024;
/** Sensors that `status` asks; more on one machine are a mistake. */
export const STATUS_SENSORS_MAX = 64;

// --- Rule language ------------------------------------------------------------------------------

/** Groups (parentheses) inside one another in a condition; Falco was seen to take 5,000. */
export const CONDITION_NESTING = 20_000;
/**
 * Depth of a condition's tree of and, or, not, macros included: what a recursive reader can bear.
 */
export const CONDITION_TREE_DEPTH = 1_000;
/** Transformers inside one another: `tolower(basename(…))`. */
export const CONDITION_TRANSFORMER_DEPTH = 100;
/** Nodes of one condition after macros are put in; macros of macros can double at every step. */
export const CONDITION_NODES = 200_000;
/** Characters of one condition after lists are put in: lists of lists can double at every step. */
export const CONDITION_CHARS = 16 * 1024 * 1024;
/** Characters of an output's name that are tried for a field: none is half as long. */
export const OUTPUT_NAME_CHARS = 128;

/** Characters that one field of an output may be made to fill: a screen's line, many times over. */
export const OUTPUT_WIDTH_MAX = 65_536;

// --- Processes ----------------------------------------------------------------------------------

/** Threads known at one time, as Falco's table; 131,072 records are about 100 MB. */
export const THREAD_TABLE_MAX = 131_072;
/** Of the live table; 32,768 is the usual kernel.pid_max, doubled for threads. */
export const LIVE_THREAD_TABLE_MAX = 65_536;
/** Beyond this many, the threads of a process share its record. */
export const LIVE_THREAD_RECORDS_MAX = 32_768;
/** Ancestors kept of a process; deeper trees lose dead links in the middle. */
export const LINEAGE_DEPTH = 64;
/** Of those, the nearest that are never cut out. */
export const LINEAGE_KEPT_NEAR = 16;
/** Exited processes kept for events of another ring that come late, and for an exec by a thread. */
export const RECENTLY_EXITED = 1_024;
/** Images kept of one process that calls exec again and again. */
export const EXEC_HISTORY = 8;
/**
 * Bytes of one process's environment kept; the kernel programs and a capture give at most as many.
 */
export const ENVIRON_BYTES = 4_096;
/** Bytes of one process's arguments read from /proc; the kernel programs give at most as many. */
export const PROC_ARGS_BYTES = 16_384;
/** Reads of /proc for unknown processes a second; beyond it they stay unknown for a while. */
export const RESOLVES_PER_SECOND = 500;

/** How long tries to connect are counted together: a scan is done within seconds. */
export const SPREAD_WINDOW_NS = 60e9;
/** Actors whose connections are counted at one time: a busy node has some hundred services. */
export const SPREAD_ACTORS_MAX = 1_024;
/** Addresses with ports of one actor in one minute: enough for 16 scans to be told. */
export const SPREAD_TARGETS_MAX = 4_096;

// --- Host ---------------------------------------------------------------------------------------

/** How often the machine's own addresses are asked for again. */
export const INTERFACES_REFRESH_MS = 30_000;
/** How often a passwd file's time is looked at, when somebody asks for a name in it. */
export const USER_FILES_REFRESH_MS = 5_000;
/** Containers whose users are known at one time; the one read first makes room. */
export const USER_FILES_MAX = 512;
/** Bytes read of one passwd or group file: a few thousand users. */
export const USER_FILE_BYTES = 1024 * 1024;
/** The window over which a process's use of CPU is averaged. */
export const CPU_WINDOW_MS = 10_000;
/**
 * Per cent of one CPU from which on a process is told of: build tools and miners, not servers at
 * rest.
 */
export const CPU_BURN_PERCENT = 25;
/** Processes whose ticks are read in one window; more take turns. */
export const CPU_SAMPLE_PROCESSES = 1_000;

// --- Containers ---------------------------------------------------------------------------------

/** Containers known at one time; 5,000 on one machine are thought large. */
export const CONTAINERS_MAX = 20_000;
/** Cgroups whose container is known: some for each container and each service. */
export const CGROUPS_MAX = 50_000;
/** Files of runtimes read at one time, so that a machine's start does not fill the thread pool. */
export const STATE_READS_AT_ONCE = 4;
/**
 * When state that was not there is looked for again; it may appear after a container's first exec.
 */
export const STATE_RETRY_MS: readonly number[] = [20, 100, 500, 2_000, 10_000];
/** Bytes of one state file of a runtime: a config.json with thousands of mounts. */
export const STATE_FILE_BYTES = 4 * 1024 * 1024;
/** Containers of bare runc or crun that are looked through for one cgroup. */
export const BARE_CONTAINERS_MAX = 500;
/** How long a cgroup that could not be told from the host's counts as the host's at first … */
export const UNCERTAIN_FIRST_MS = 20;
/** … and each next time twice as long, up to this. */
export const UNCERTAIN_MAX_MS = 10_000;

// --- Captures -----------------------------------------------------------------------------------

/** The window that a capture is read through; large enough that reading costs a percent or two. */
export const CAPTURE_WINDOW_BYTES = 512 * 1024;
/** An event block is at most 64 KiB, a large-payload one a container's JSON or a plugin's event. */
export const CAPTURE_EVENT_BLOCK_BYTES = 16 * 1024 * 1024;
/** A table block: some 30,000 processes with long arguments and environments. */
export const CAPTURE_TABLE_BLOCK_BYTES = 64 * 1024 * 1024;
/** Compressed bytes fed to the decompressor at once, so that a bomb can only blow up so far … */
export const CAPTURE_FEED_BYTES = 64 * 1024;
/** … and what one feed may become before the next ones are made smaller. */
export const CAPTURE_INFLATED_BYTES = 4 * 1024 * 1024;
/** Threads whose enter event waits for its exit, in a capture of an old writer; 128 bytes each. */
export const CAPTURE_ENTER_SLOTS = 32_768;
/** Bytes of kept enter events that are too large for a slot. */
export const CAPTURE_ENTER_LARGE_BYTES = 8 * 1024 * 1024;
/** Warnings about one capture that are kept word for word; all are counted. */
export const CAPTURE_WARNINGS_MAX = 16;
/** YAML values read of one rule file, aliases followed: ten times what Falco's whole set has. */
export const RULE_FILE_NODES = 2_000_000;
/** Tokens of one rule file's YAML: some 18,000 rules, and below 400 MiB while they are read. */
export const RULE_FILE_TOKENS = 1_000_000;
/** Characters of all conditions of a set with their lists put in; Falco's whole set has 300,000. */
export const RULE_SET_CHARS = 32 * 1024 * 1024;
/** Checks of all rules of a set with their macros put in; Falco's whole set has 20,000. */
export const RULE_SET_NODES = 5_000_000;
/** Items of all lists together, with the lists in them put in; Falco's have 1,500. */
export const RULE_LIST_ITEMS = 1_000_000;
/** Macros that stand on one another, each naming the one below. */
export const MACRO_CHAIN = 200;
/** Errors and warnings kept of one load; more are counted. */
export const RULE_DIAGNOSTICS_MAX = 10_000;
/**
 * Characters of one constant in a condition: the longest value that an event can carry is half of
 * it.
 */
export const CONDITION_LITERAL_CHARS = 131_072;

// --- Kernel sensor ------------------------------------------------------------------------------

/** The ring for process life and for what rules ask for: 20,000 execs with ordinary arguments. */
export const CRITICAL_RING_BYTES = 4 * 1024 * 1024;
/** The ring for the rest: 40,000 records, about 40 ms of the worst storm two CPUs can make. */
export const BULK_RING_BYTES = 8 * 1024 * 1024;
/** The longest record: what a .scap block may hold. */
export const RING_RECORD_BYTES = 64 * 1024;
/** Records read before the kernel gets their memory back. */
export const RING_PUBLISH_RECORDS = 256;
/** Records handled before timers and sockets have their turn: 2-4 ms of work. */
export const RING_ROUND_RECORDS = 4_096;
/** A record that rules ask for wakes the reader unless it was woken this short a time ago … */
export const CRITICAL_WAKE_MS = 1;
/** … another one unless it was this long ago. A wake-up costs the caller 2-4 µs, the reader 50. */
export const BULK_WAKE_MS = 4;
/** A record that came without a wake-up, and later than any look, waits so long at most. */
export const RING_NET_MS = 250;
/**
 * Priority of the reading thread: before ordinary work, behind what a machine's owner puts first.
 */
export const READER_NICE = -10;
/**
 * Path filters in the kernel at one time; it has room for twice as many, so none is overwritten.
 */
export const FILTER_SETS_MAX = 8;

// --- Kubernetes audit log -----------------------------------------------------------------------

/** One JSON value of an audit log: the API server's batches are 400 events, cut off at 10 MB. */
export const AUDIT_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Lists and objects within one another in it; what Falco's reader takes. */
export const AUDIT_NESTING = 300;
/** Read from a file at once. */
export const AUDIT_CHUNK_BYTES = 256 * 1024;
/** Faults of one audit log that are told word by word; all are counted. */
export const AUDIT_FAULTS_TOLD = 16;

/** Captures replayed at once: each takes some 100 MB. */
export const REPLAY_JOBS_MAX = 64;
/** Characters of a capture's alerts that wait for the captures before it; then it waits itself. */
export const JOB_OUTPUT_CHARS = 8 * 1024 * 1024;

// --- A capture's state --------------------------------------------------------------------------

/** Open files of all processes of a capture together: a million are some 250 MB. */
export const CAPTURE_FDS_MAX = 1_000_000;
/** Interfaces of the captured machine. */
export const CAPTURE_INTERFACES_MAX = 10_000;
/** Users of the machine and all its containers; as many groups. */
export const CAPTURE_USERS_MAX = 100_000;
/** Containers seen in one capture. */
export const CAPTURE_CONTAINERS_MAX = 50_000;
/** Cgroups whose container is kept; with more, they are worked out again. */
export const CAPTURE_CGROUPS_MAX = 4_096;
/** Bytes of one enter event that a thread keeps until its exit: a path and a few numbers. */
export const CAPTURE_KEPT_ENTER_BYTES = 65_536;

// --- Rule engine --------------------------------------------------------------------------------

/** Steps of a regular expression's own automaton; longer ones are RE2's. */
export const REGEX_PROGRAM_MAX = 2_000;
/** States of it that are kept; when there are more they are worked out anew. */
export const REGEX_STATES_MAX = 1_000;

// --- Flight recorder ----------------------------------------------------------------------------

/**
 * What a node keeps of raw events where nobody says otherwise: ten minutes and more of a busy one.
 */
export const RECORD_BUDGET_BYTES = 64 * 1024 * 1024;
/** The least budget: two segments with the tables of a few thousand processes. */
export const RECORD_BUDGET_MIN_BYTES = 1024 * 1024;
/**
 * Compressed bytes of one segment: an eighth of the usual budget, so seven eighths are always kept.
 */
export const RECORD_SEGMENT_BYTES = 8 * 1024 * 1024;
/** A segment's share of a smaller budget. */
export const RECORD_SEGMENT_SHARE = 8;
/**
 * The longest a segment is written to: an export reads back at most so far before what is asked.
 */
export const RECORD_SEGMENT_MS = 120_000;
/** Bytes compressed at once: less compresses worse, more would sit in memory longer. */
export const RECORD_CHUNK_BYTES = 256 * 1024;
/** The oldest that an event in memory gets before it is written: what a kill -9 costs. */
export const RECORD_FLUSH_MS = 2_000;
/** Bytes that wait for compression and a slow disk; beyond it events are left out and counted. */
export const RECORD_PENDING_BYTES = 8 * 1024 * 1024;
/**
 * Events' bytes taken a second; of the rest only what rules ask for, so a storm leaves the minutes
 * before.
 */
export const RECORD_BYTES_PER_SECOND = 8 * 1024 * 1024;
/** How long a recorder that could not write rests before it tries a new segment. */
export const RECORD_RETRY_MS = 60_000;
/** Threads a segment remembers as told of; beyond it they are told of again. */
export const RECORD_THREADS_MAX = 65_536;
/** Open files of one process in a segment's tables. */
export const RECORD_FDS_PER_PROCESS = 256;
/** Open files of all processes together: about 2 MiB. */
export const RECORD_FDS_MAX = 20_000;
/** Network namespaces whose sockets are read for a segment's tables. */
export const RECORD_NAMESPACES_MAX = 64;
/** Bytes read of one list of sockets: some 6,000 of them. */
export const RECORD_SOCKETS_BYTES = 1024 * 1024;
/** How long reading /proc for a segment's tables may keep the event loop at one time. */
export const RECORD_SLICE_MS = 1;
/** Segments of a directory that are looked at: a budget of 64 GiB. */
export const RECORD_SEGMENTS_MAX = 100_000;
/** Descriptors whose state an export remembers; beyond it they are told of again. */
export const EXPORT_FDS_MAX = 200_000;
