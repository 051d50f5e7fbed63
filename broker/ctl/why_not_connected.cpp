#include "ctl/why_not_connected.h"

#include <netdb.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace grapnel::ctl {
namespace {

constexpr int kWait_ms = 2000;

// 0 or an errno.
int try_address(const sockaddr* address, socklen_t size) {
    const int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return errno;
    int error = ::connect(fd, address, size) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        pollfd waiting{fd, POLLOUT, 0};
        socklen_t length = sizeof error;
        if (::poll(&waiting, 1, kWait_ms) <= 0 ||
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
            error = ETIMEDOUT;
    }
    ::close(fd);
    return error;
}

int try_socket_file(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
    return try_address(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// The last error of its addresses; `name_fault` is set instead when it has none.
int try_host(const Endpoint& endpoint, std::string& name_fault) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int fault =
        ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
    if (fault != 0) {
        name_fault = ::gai_strerror(fault);
        return 0;
    }
    int error = 0;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        error = try_address(each->ai_addr, each->ai_addrlen);
        if (error == 0) break;
    }
    ::freeaddrinfo(found);
    return error;
}

const char* advice(int error, bool is_unix) {
    if (error == EACCES || error == EPERM) return "; run it as a user who may use that socket";
    if (error == ECONNREFUSED || error == ENOENT)
        return is_unix ? "; is the broker running, with an http listener there?"
                       : "; is the broker running, with an http listener there? --url or --config "
                         "names another place";
    return "";
}

}  // namespace

std::string why_not_connected(const Endpoint& endpoint, long certificate_fault,
                              const std::string& reason) {
    if (certificate_fault != X509_V_OK) {
        const bool other_name = certificate_fault == X509_V_ERR_HOSTNAME_MISMATCH ||
                                certificate_fault == X509_V_ERR_IP_ADDRESS_MISMATCH;
        return std::string("its certificate is not trusted: ") +
               ::X509_verify_cert_error_string(certificate_fault) +
               (other_name ? "; write the host in --url as the certificate names it"
                           : "; --ca names a file of authorities");
    }
    std::string name_fault;
    const int error =
        endpoint.is_unix() ? try_socket_file(endpoint.socket_path) : try_host(endpoint, name_fault);
    if (!name_fault.empty()) return "the host is not found: " + name_fault;
    if (error != 0)
        return std::string("cannot connect: ") + std::strerror(error) +
               advice(error, endpoint.is_unix());
    if (endpoint.tls) return "TLS failed: is it an https listener, and does it want --cert?";
    const std::string text =
        "what is there speaks no HTTP; is it an https listener, or MQTT's port?";
    return reason.empty() ? text : text + " (" + reason + ")";
}

}  // namespace grapnel::ctl
