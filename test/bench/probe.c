/*
 * What the page faults of the kernel cost that this runs on. Prints one line a case, "NAME NS": nanoseconds a
 * page over PAGES pages of 4 KiB without huge pages, faults and fork only; setting up is not measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGES = 65536, PAGE = 4096 };
static const size_t SIZE = (size_t)PAGES * PAGE;

static void check(int holds, const char *what) {
  if (holds) return;
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static void report(const char *name, double start) {
  printf("%s %.1f\n", name, (now() - start) / PAGES);
}

static char *fresh(void) {
  char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  check(memory != MAP_FAILED, "mmap");
  madvise(memory, SIZE, MADV_NOHUGEPAGE);
  return memory;
}

static void touch(volatile char *memory) {
  for (size_t i = 0; i < SIZE; i += PAGE) (void)memory[i];
}

static void store(volatile char *memory, char value) {
  for (size_t i = 0; i < SIZE; i += PAGE) memory[i] = value;
}

int main(void) {
  char *memory = fresh();
  double start = now();
  touch(memory);
  report("read", start);
  munmap(memory, SIZE);

  memory = fresh();
  start = now();
  store(memory, 1);
  report("write", start);

  int go[2];
  check(pipe(go) == 0, "pipe");
  start = now();
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) {
    char byte;
    close(go[1]);
    _exit(read(go[0], &byte, 1) != 0);
  }
  report("fork", start);
  close(go[0]);

  start = now();
  store(memory, 2);
  report("copy", start);
  close(go[1]);
  waitpid(child, NULL, 0);

  child = fork();
  check(child >= 0, "fork");
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  start = now();
  store(memory, 3);
  report("reuse", start);
  return 0;
}
