// A 32-bit program without a library: it exits at once.
void _start(void)
{
	__asm__ volatile("int $0x80" : : "a"(1), "b"(0));
}
