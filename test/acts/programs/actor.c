// One small static program that plays whatever part its name says: copied into a test image as
// nginx, python3 or xmrig it makes the same system calls as they would, and nothing more.
//
//   actor VERB ARGUMENT…      an unknown verb does nothing and succeeds
//
// A verb prints nothing; it exits 0 also where the kernel refuses, since the attempt is the act.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_FAMILY = 17, ANY_LENGTH = 256 };

static socklen_t address(struct sockaddr_storage *out, const char *ip, const char *port)
{
	memset(out, 0, sizeof *out);
	struct sockaddr_in *v4 = (void *)out;
	struct sockaddr_in6 *v6 = (void *)out;
	if (inet_pton(AF_INET, ip, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(atoi(port));
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	inet_pton(AF_INET6, ip, &v6->sin6_addr);
	v6->sin6_port = htons(atoi(port));
	return sizeof *v6;
}

// As a person at a terminal of their own would.
static void at_a_terminal(char **command)
{
	int keyboard = posix_openpt(O_RDWR | O_NOCTTY);
	unlockpt(keyboard);
	const char *screen = ptsname(keyboard);
	if (fork() == 0) {
		setsid();
		int fd = open(screen, O_RDWR); // becomes the session's terminal
		for (int i = 0; i < 3; i++)
			dup2(fd, i);
		execv(command[0], command);
		_exit(127);
	}
	wait(NULL);
}

// Never waits: what matters is that the kernel was asked.
static int connect_to(const char *ip, const char *port)
{
	struct sockaddr_storage to;
	socklen_t length = address(&to, ip, port);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	connect(fd, (void *)&to, length);
	return fd;
}

static int listen_on(const char *port)
{
	struct sockaddr_storage at;
	socklen_t length = address(&at, "127.0.0.1", port);
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	bind(fd, (void *)&at, length);
	listen(fd, 1);
	return fd;
}

static void spawn(char **command)
{
	if (fork() == 0) {
		execv(command[0], command);
		_exit(127);
	}
	wait(NULL);
}

// A connection to itself, put under a program's input and output.
static void remote_shell(const char *port, char **command)
{
	int listener = listen_on(port);
	struct sockaddr_storage to;
	socklen_t length = address(&to, "127.0.0.1", port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	connect(fd, (void *)&to, length);
	close(accept(listener, NULL, NULL));
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	execv(command[0], command);
}

static void connect_unix(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	strncpy(to.sun_path, path, sizeof to.sun_path - 1);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(listener, (void *)&to, sizeof to);
	listen(listener, 1);
	connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&to, sizeof to);
}

static void run_from_memory(void)
{
	int to = memfd_create("anything", 0), from = open("/proc/self/exe", O_RDONLY);
	char buffer[65536];
	for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;)
		if (write(to, buffer, n) < 0)
			return;
	char *args[] = {"ghost", "nothing", NULL}, *env[] = {NULL};
	fexecve(to, args, env);
}

static pid_t idle_child(void)
{
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	return child;
}

// Another process's network namespace.
static void enter_other_namespace(void)
{
	int ready[2];
	if (pipe(ready))
		return;
	pid_t child = fork();
	if (child == 0) {
		unshare(CLONE_NEWNET);
		close(ready[1]);
		close(ready[0]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	char path[64];
	if (read(ready[0], path, 1) == 0) {
		snprintf(path, sizeof path, "/proc/%d/ns/net", child);
		setns(open(path, O_RDONLY), CLONE_NEWNET);
	}
	kill(child, SIGKILL);
	wait(NULL);
}

static void attach_to_child(void)
{
	pid_t child = idle_child();
	if (ptrace(PTRACE_ATTACH, child, NULL, NULL) == 0) {
		waitpid(child, NULL, 0);
		ptrace(PTRACE_DETACH, child, NULL, NULL);
	}
	kill(child, SIGKILL);
	wait(NULL);
}

static void trace_me(char **command)
{
	pid_t child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(command[0], command);
		_exit(127);
	}
	int status;
	while (waitpid(child, &status, 0) > 0 && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, child, NULL, NULL);
}

static char word[8] = "before";

static void copy_memory(int writes)
{
	pid_t child = idle_child();
	char text[8] = "after";
	struct iovec here = {text, sizeof text}, there = {word, sizeof word};
	if (writes)
		process_vm_writev(child, &here, 1, &there, 1, 0);
	else
		process_vm_readv(child, &here, 1, &there, 1, 0);
	kill(child, SIGKILL);
	wait(NULL);
}

static void load_bpf(void)
{
	struct bpf_insn program[] = {{.code = 0xb7}, {.code = 0x95}}; // r0 = 0; exit
	union bpf_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insn_cnt = 2;
	attr.insns = (uintptr_t)program;
	attr.license = (uintptr_t)"GPL";
	syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
}

static void make_bpf_map(void)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr);
}

// Sets the effective capabilities to those permitted that the mask keeps.
static void set_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	syscall(SYS_capget, &header, data);
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted & (uint32_t)(keep >> (32 * i));
	syscall(SYS_capset, &header, data);
}

static void ask_dns(const char *name, int type)
{
	unsigned char packet[512] = {0x12, 0x34, 1, 0, 0, 1};
	int at = 12;
	for (const char *label = name; *label;) {
		int length = strcspn(label, ".");
		packet[at++] = length;
		memcpy(packet + at, label, length);
		at += length;
		label += length + (label[length] == '.');
	}
	packet[at++] = 0;
	packet[at + 1] = type;
	packet[at + 3] = 1;
	struct sockaddr_storage to;
	socklen_t length = address(&to, "127.0.0.1", "53");
	sendto(socket(AF_INET, SOCK_DGRAM, 0), packet, at + 4, 0, (void *)&to, length);
}

static void open_by_handle(void)
{
	struct file_handle *handle = calloc(1, sizeof *handle + 8);
	handle->handle_bytes = 8;
	handle->handle_type = 1;
	open_by_handle_at(open("/", O_RDONLY), handle, O_RDONLY);
}

static void setup_ring(void)
{
	char params[120] = {0};
	syscall(SYS_io_uring_setup, 4, params);
}

// Busy for so many seconds.
static void burn(int seconds)
{
	time_t end = time(NULL) + seconds;
	for (volatile uint64_t i = 0; time(NULL) < end;)
		for (int j = 0; j < 1000000; j++)
			i += j;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	char *a = argc > 2 ? argv[2] : "", *b = argc > 3 ? argv[3] : "", *c = argc > 4 ? argv[4] : "";
#define IS(name) (strcmp(verb, name) == 0)
	if (IS("run")) spawn(argv + 2);
	if (IS("terminal")) at_a_terminal(argv + 2);
	if (IS("exec")) execv(a, argv + 2);
	if (IS("connect")) connect_to(a, b);
	if (IS("connect-unix")) connect_unix(a);
	if (IS("listen")) listen_on(a);
	if (IS("remote-shell")) remote_shell(a, argv + 3);
	if (IS("file-to-stdin")) dup2(open(a, O_RDONLY), 0);
	if (IS("mount")) mount(a, b, c, argc > 5 ? MS_BIND : 0, NULL);
	if (IS("enter-other")) enter_other_namespace();
	if (IS("unshare")) unshare(strcmp(a, "user") == 0 ? CLONE_NEWUSER : CLONE_NEWNET);
	if (IS("memory-exec")) run_from_memory();
	if (IS("attach")) attach_to_child();
	if (IS("trace")) trace_me(argv + 2);
	if (IS("write-memory")) copy_memory(1);
	if (IS("read-memory")) copy_memory(0);
	if (IS("load-bpf")) load_bpf();
	if (IS("make-bpf-map")) make_bpf_map();
	if (IS("userfaultfd")) syscall(SYS_userfaultfd, O_CLOEXEC);
	if (IS("open-by-handle")) open_by_handle();
	if (IS("io-uring")) setup_ring();
	if (IS("name")) prctl(PR_SET_NAME, a);
	if (IS("setuid") && setuid(atoi(a))) return 1;
	if (IS("seteuid") && seteuid(atoi(a))) return 1;
	if (IS("capabilities")) set_capabilities(strtoull(a, NULL, 16));
	if (IS("packet-socket")) socket(PACKET_FAMILY, SOCK_RAW, 0);
	if (IS("udp-socket")) socket(AF_INET, SOCK_DGRAM, 0);
	if (IS("dns")) ask_dns(a, atoi(b));
	if (IS("read")) open(a, O_RDONLY);
	if (IS("write")) open(a, O_WRONLY | O_CREAT, 0644);
	if (IS("module")) syscall(SYS_init_module, "", 0, "");
	if (IS("burn")) burn(atoi(a));
	return 0;
}
