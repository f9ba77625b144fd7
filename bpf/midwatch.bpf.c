// All kernel programs: one object, so that they share maps and settings.
#include "process.bpf.c"
#include "exec.bpf.c"
#include "file.bpf.c"
#include "change.bpf.c"
#include "descriptor.bpf.c"
#include "identity.bpf.c"
#include "kernel-code.bpf.c"
#include "memory.bpf.c"
#include "namespace.bpf.c"
#include "network.bpf.c"
#include "signal.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
