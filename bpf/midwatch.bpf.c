// All kernel programs: one object, so that they share maps and settings.
#include "process.bpf.c"
#include "file.bpf.c"
#include "network.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
