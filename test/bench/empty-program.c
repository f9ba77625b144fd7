// The least that a kernel makes one pay for watching system calls: an empty program on the exit of
// one of them, until the process ends. What a sensor costs beyond this is its own.
//
//   empty-program OBJECT    prints a line when it is attached
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 ? bpf_object__open(argv[1]) : NULL;
	if (!object || bpf_object__load(object))
		return 1;
	struct bpf_program *program = bpf_object__next_program(object, NULL);
	struct bpf_link *link = bpf_program__attach(program);
	if (!link)
		return 1;
	puts("attached");
	fflush(stdout);
	return pause();
}
