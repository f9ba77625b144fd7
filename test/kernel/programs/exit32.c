// A 32-bit program that ends at once, without a C library.
void _start(void)
{
	__asm__ volatile("int $0x80" : : "a"(1), "b"(0));
}
