// One system call of each kind, with known arguments: `acts NAME` does it in the current directory
// and prints what only it knows, as key=value words. Static, so that nothing else happens.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)
#define TELL(key, value) printf(key "=%lld ", (long long)(value))

static void tell_result(long result)
{
	TELL("res", result < 0 ? -errno : result);
}

static void files(void)
{
	tell_result(CALL(open, "link/plain", O_RDONLY | O_CLOEXEC, 0));
	CALL(openat, AT_FDCWD, "new", O_RDWR | O_CREAT | O_TRUNC, 0640);
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY, .resolve = RESOLVE_NO_SYMLINKS};
	CALL(openat2, AT_FDCWD, "real", &how, sizeof(how));
	CALL(creat, "created", 0600);
	CALL(openat, AT_FDCWD, "absent/file", O_WRONLY, 0);
	CALL(openat, AT_FDCWD, "/proc/self/root/etc/hostname", O_PATH, 0);
}

static void names(void)
{
	int dir = open("real", O_DIRECTORY);
	TELL("dir", dir);
	CALL(mkdir, "d1", 0750);
	CALL(mkdirat, dir, "d2", 0700);
	CALL(rename, "d1", "d3");
	CALL(renameat, dir, "d2", AT_FDCWD, "d4");
	CALL(renameat2, AT_FDCWD, "d4", dir, "d5", 1);
	CALL(rmdir, "d3");
	CALL(unlinkat, dir, "d5", AT_REMOVEDIR);
	CALL(link, "real/plain", "hard");
	CALL(linkat, dir, "plain", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW);
	CALL(symlink, "target", "soft");
	CALL(symlinkat, "target2", dir, "soft2");
	CALL(unlink, "hard");
	CALL(mknod, "pipe", S_IFIFO | 0600, 0);
	CALL(mknodat, dir, "device", S_IFCHR | 0600, makedev(1, 3));
	CALL(unlink, "absent");
}

static void owners(void)
{
	int fd = open("real/plain", O_RDWR);
	int dir = open("real", O_DIRECTORY);
	TELL("fd", fd);
	TELL("dir", dir);
	CALL(chmod, "real/plain", 04755);
	CALL(fchmod, fd, 0640);
	CALL(fchmodat, dir, "plain", 0600);
	CALL(fchmodat2, dir, "plain", 0644, 0);
	CALL(chown, "real/plain", 1, 2);
	CALL(lchown, "link", 3, -1);
	CALL(fchown, fd, 0, 0);
	CALL(fchownat, dir, "plain", 5, 6, AT_SYMLINK_FOLLOW);
}

static void descriptors(void)
{
	int fd = open("real/plain", O_RDWR | O_APPEND);
	int pair[2];
	TELL("fd", fd);
	TELL("dup", CALL(dup, fd));
	CALL(dup2, fd, 40);
	CALL(dup3, fd, 41, O_CLOEXEC);
	CALL(fcntl, fd, F_DUPFD_CLOEXEC, 50);
	CALL(fcntl, fd, F_GETFL, 0);
	CALL(pipe, pair);
	TELL("pipe", pair[0]);
	CALL(pipe2, pair, O_CLOEXEC | O_NONBLOCK);
	TELL("pipe2", pair[1]);
	struct stat info;
	fstat(pair[0], &info);
	TELL("ino", info.st_ino);
	CALL(close, 41);
	CALL(close_range, 40, 60, 0);
	TELL("memfd", CALL(memfd_create, "secret", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	int pidfd = CALL(pidfd_open, getpid(), 0);
	TELL("pidfd", pidfd);
	TELL("getfd", CALL(pidfd_getfd, pidfd, fd, 0));
	TELL("uffd", CALL(userfaultfd, O_CLOEXEC));
}

static void sockets(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 here6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	socklen_t size = sizeof(here);
	int server = CALL(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CALL(bind, server, &here, sizeof(here));
	CALL(listen, server, 7);
	getsockname(server, (void *)&here, &size);
	TELL("server", server);
	TELL("port", ntohs(here.sin_port));
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CALL(connect, client, &here, sizeof(here));
	TELL("client", client);
	TELL("accepted", CALL(accept4, server, NULL, NULL, SOCK_CLOEXEC));
	getsockname(client, (void *)&here, &size);
	TELL("clientPort", ntohs(here.sin_port));
	CALL(shutdown, client, SHUT_WR);
	here6.sin6_port = htons(9);
	int six = socket(AF_INET6, SOCK_DGRAM, 0);
	CALL(connect, six, &here6, sizeof(here6));
	TELL("six", six);
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int local = socket(AF_UNIX, SOCK_STREAM, 0);
	CALL(bind, local, &name, sizeof(name));
	CALL(listen, local, 1);
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	CALL(connect, other, &name, sizeof(name));
	TELL("unixAccepted", CALL(accept, local, NULL, NULL));
	int pair[2];
	CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	TELL("pair", pair[0]);
	here.sin_port = htons(1);
	int refused = socket(AF_INET, SOCK_STREAM, 0);
	CALL(connect, refused, &here, sizeof(here));
}

static void messages(void)
{
	struct sockaddr_in dns = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct sockaddr_in other = {.sin_family = AF_INET, .sin_port = htons(5353)};
	dns.sin_addr.s_addr = other.sin_addr.s_addr = htonl(0x7f000002);
	char text[600];
	memset(text, 'q', sizeof(text));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	TELL("fd", fd);
	CALL(sendto, fd, text, 300, 0, &dns, sizeof(dns));
	CALL(sendto, fd, text, 300, 0, &other, sizeof(other));
	struct iovec parts[2] = {{text, 100}, {text, 20}};
	struct msghdr message = {
		.msg_name = &dns, .msg_namelen = sizeof(dns), .msg_iov = parts, .msg_iovlen = 2};
	CALL(sendmsg, fd, &message, 0);
	struct mmsghdr two[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
	two[1].msg_hdr.msg_iovlen = 1;
	CALL(sendmmsg, fd, two, 2, 0);
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(0)};
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socklen_t size = sizeof(from);
	int receiver = socket(AF_INET, SOCK_DGRAM, 0);
	bind(receiver, (void *)&from, sizeof(from));
	getsockname(receiver, (void *)&from, &size);
	TELL("receiver", receiver);
	TELL("receiverPort", ntohs(from.sin_port));
	sendto(fd, "hello", 5, 0, (void *)&from, sizeof(from));
	getsockname(fd, (void *)&other, &size);
	TELL("senderPort", ntohs(other.sin_port));
	CALL(recvfrom, receiver, text, sizeof(text), 0, &from, &size);
	struct msghdr in = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = parts, .msg_iovlen = 1};
	getsockname(receiver, (void *)&from, &size);
	sendto(fd, "again", 5, 0, (void *)&from, sizeof(from));
	CALL(recvmsg, receiver, &in, 0);
}

static void identity(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[2] = {
		{.effective = 1 << CAP_SETUID | 1 << CAP_SETGID,
		 .permitted = 1 << CAP_SETUID | 1 << CAP_SETGID | 1 << CAP_SYS_CHROOT}};
	prctl(PR_SET_NAME, "renamed");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_GET_DUMPABLE);
	TELL("sid", CALL(setsid, 0));
	CALL(setpgid, 0, 0);
	CALL(chdir, "link/../real");
	int dir = open("/", O_DIRECTORY);
	TELL("dir", dir);
	CALL(fchdir, dir);
	CALL(chroot, "/");
	CALL(capset, &head, caps);
	CALL(setregid, -1, 12);
	CALL(setgid, 11);
	CALL(setresgid, 11, 11, 11);
	CALL(setreuid, 0, 0);
	CALL(setresuid, 10, 10, 0);
	CALL(setuid, 10);
}

static void namespaces(void)
{
	CALL(unshare, CLONE_NEWNS | CLONE_NEWUTS);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	CALL(mount, "tmpfs", "real", "tmpfs", MS_MGC_VAL | MS_NOSUID | MS_NODEV, "");
	CALL(umount2, "real", MNT_DETACH);
	int fd = open("/proc/self/ns/uts", O_RDONLY);
	TELL("fd", fd);
	CALL(setns, fd, CLONE_NEWUTS);
	int context = CALL(fsopen, "tmpfs", 0);
	TELL("context", context);
	CALL(fsconfig, context, 1, "size", "1m", 0);
	CALL(pivot_root, "absent", "absent");
}

static void code(void)
{
	union {
		char bytes[128];
		int numbers[32];
	} attributes = {.numbers = {2, 4, 4, 1}};
	TELL("bpf", CALL(bpf, 0, &attributes, 72));
	struct io_uring_params params = {.flags = IORING_SETUP_CLAMP};
	TELL("ring", CALL(io_uring_setup, 4, &params));
	TELL("sq", params.sq_entries);
	TELL("cq", params.cq_entries);
	TELL("features", params.features);
}

static void memory(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CALL(mprotect, page, 4096, PROT_READ);
	CALL(mprotect, page, 4096, PROT_READ | PROT_EXEC);
	TELL("page", page);
	char from[8] = "written", to[8];
	struct iovec source = {from, 8}, target = {to, 8};
	CALL(process_vm_writev, getpid(), &source, 1, &target, 1, 0);
	CALL(process_vm_readv, getpid(), &target, 1, &source, 1, 0);
}

static void signals(void)
{
	signal(SIGUSR1, SIG_IGN);
	CALL(kill, getpid(), SIGUSR1);
	CALL(tkill, getpid(), SIGUSR1);
	CALL(tgkill, getpid(), getpid(), SIGUSR1);
	pid_t child = fork();
	if (child == 0)
		for (;;)
			pause();
	TELL("child", child);
	CALL(ptrace, PTRACE_SEIZE, child, 0, 0);
	CALL(ptrace, PTRACE_PEEKDATA, 1, 0, 0);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	CALL(ptrace, PTRACE_DETACH, child, 0, SIGTERM);
	waitpid(child, NULL, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} acts[] = {
	{"files", files},	{"names", names},
	{"owners", owners},	{"descriptors", descriptors},
	{"sockets", sockets},	{"messages", messages},
	{"identity", identity}, {"namespaces", namespaces},
	{"code", code},		{"memory", memory},
	{"signals", signals},
};

int main(int argc, char **argv)
{
	for (unsigned i = 0; argc > 1 && i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(acts[i].name, argv[1]) == 0) {
			acts[i].run();
			fflush(stdout);
			_exit(0);
		}
	}
	return 2;
}
