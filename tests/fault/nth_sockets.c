/* Calls on sockets, waiting, chance, and files without a name. */
#include "nth_shim.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int socket(int domain, int type, int protocol)
{
    FAIL_IF(SOCKET, "", -1);
    return (int)syscall(SYS_socket, domain, type, protocol);
}

int socketpair(int domain, int type, int protocol, int pair[2])
{
    FAIL_IF(SOCKET, "", -1);
    return (int)syscall(SYS_socketpair, domain, type, protocol, pair);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    FAIL_IF(SOCKET, "", -1);
    return (int)syscall(SYS_connect, fd, address.__sockaddr__, length);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
    FAIL_IF(SEND, "", -1);
    return syscall(SYS_sendto, fd, bytes, length, flags, NULL, 0);
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags, __CONST_SOCKADDR_ARG to, socklen_t size)
{
    FAIL_IF(SEND, "", -1);
    return syscall(SYS_sendto, fd, bytes, length, flags, to.__sockaddr__, size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    FAIL_IF(SEND, "", -1);
    return syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t recv(int fd, void *bytes, size_t length, int flags)
{
    FAIL_IF(RECV, "", -1);
    return syscall(SYS_recvfrom, fd, bytes, length, flags, NULL, NULL);
}

ssize_t recvfrom(int fd, void *bytes, size_t length, int flags, __SOCKADDR_ARG from, socklen_t *size)
{
    FAIL_IF(RECV, "", -1);
    return syscall(SYS_recvfrom, fd, bytes, length, flags, from.__sockaddr__, size);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    FAIL_IF(RECV, "", -1);
    return syscall(SYS_recvmsg, fd, message, flags);
}

int poll(struct pollfd *list, nfds_t count, int wait)
{
    FAIL_IF(WAIT, "", -1);
    return (int)syscall(SYS_poll, list, count, wait);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int wait)
{
    FAIL_IF(WAIT, "", -1);
    return (int)syscall(SYS_epoll_wait, fd, events, most, wait);
}

ssize_t getrandom(void *bytes, size_t length, unsigned flags)
{
    FAIL_IF(RANDOM, "", -1);
    return syscall(SYS_getrandom, bytes, length, flags);
}

int memfd_create(const char *name, unsigned flags)
{
    FAIL_IF(MEMFD, "", -1);
    return (int)syscall(SYS_memfd_create, name, flags);
}
