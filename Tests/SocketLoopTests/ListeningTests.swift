import Foundation
import Testing

@testable import SocketLoop

@Suite("Listening")
struct ListeningTests {
    private static let hasIPv6: Bool = {
        let probe = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }()

    @Test("without a host, one port serves IPv4, and the address reads as IPv4")
    func everywhere() throws {
        let loop = try RunningLoop(
            { $0.listeners = [Listener(port: 0)] },
            prepare: { $0.onRequest = { .text($0.remoteAddress) } })
        #expect(text(try loop.client(host: "127.0.0.1").get("/").body) == "127.0.0.1")
        try loop.stop()
    }

    @Test("and IPv6", .enabled(if: hasIPv6, "this machine has no IPv6"))
    func everywhereIPv6() throws {
        let loop = try RunningLoop(
            { $0.listeners = [Listener(port: 0), Listener(port: 0, host: "::1")] },
            prepare: { $0.onRequest = { .text($0.remoteAddress) } })
        #expect(text(try loop.client(host: "::1").get("/").body) == "::1")
        #expect(text(try loop.client(host: "::1", listener: 1).get("/").body) == "::1")
        let client = try loop.webSocket("::1")
        try client.say("six")
        #expect(try client.hear() == "six")
        try loop.stop()
    }

    @Test("several listeners have ports of their own, in order, and serve the same service")
    func several() throws {
        let loop = try RunningLoop({ $0.listeners = [Listener(port: 0), Listener(port: 0, host: "localhost")] })
        #expect(loop.ports.count == 2)
        #expect(Set(loop.ports).count == 2)
        #expect(!loop.ports.contains(0))
        for listener in 0..<2 { #expect(try loop.client(listener: listener).get("/").status == 200) }
        try loop.stop()
    }

    @Test("the backlog is as long as the kernel allows")
    func backlog() throws {
        let loop = try RunningLoop()
        let setting = text(try Data(contentsOf: URL(fileURLWithPath: "/proc/sys/net/core/somaxconn")))
        let limit = try #require(Int(setting.trimmingCharacters(in: .whitespacesAndNewlines)))
        let lines = text(try Tool.run("ss", ["-ltn"])).split(separator: "\n")
        let line = try #require(lines.first { $0.contains("127.0.0.1:\(loop.ports[0]) ") })
        #expect(Int(line.split(separator: " ")[2]) == min(limit, 8192))
        try loop.stop()
    }

    @Test("a port in use, a foreign address and a name that is none are told apart")
    func errors() throws {
        let loop = try RunningLoop()
        let port = loop.ports[0]
        #expect(throws: SocketLoopError.addressInUse("127.0.0.1:\(port)")) {
            try RunningLoop({ $0.listeners = [Listener(port: port, host: "127.0.0.1")] })
        }
        try loop.stop()
        #expect(throws: SocketLoopError.noSuchAddress("203.0.113.7:0", reason: "Cannot assign requested address")) {
            try RunningLoop({ $0.listeners = [Listener(port: 0, host: "203.0.113.7")] })
        }
        #expect(throws: SocketLoopError.self) {
            try RunningLoop({ $0.listeners = [Listener(port: 0, host: "no such name")] })
        }
        #expect("\(SocketLoopError.addressInUse("*:80"))".contains("*:80"))
        #expect("\(SocketLoopError.notAllowed("*:80"))".contains("CAP_NET_BIND_SERVICE"))
    }
}

@Suite("TLS")
struct TLSTests {
    /// A self-signed certificate in a folder of its own.
    private struct Certificate {
        let folder: URL
        var files: TLSFiles {
            TLSFiles(certificate: folder.path + "/cert.pem", key: folder.path + "/key.pem")
        }

        init(_ name: String) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Tool.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=DNS:\(name),IP:127.0.0.1", "-keyout", files.key, "-out",
                    files.certificate,
                ])
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    @Test("pages and WebSockets go over TLS; each listener shows its own certificate; plain ones stay plain")
    func serves() throws {
        let (one, two) = (try Certificate("one.test"), try Certificate("two.test"))
        defer {
            one.remove()
            two.remove()
        }
        let loop = try RunningLoop(
            {
                $0.listeners = [
                    Listener(port: 0, host: "127.0.0.1"), Listener(port: 0, host: "127.0.0.1", tls: one.files),
                    Listener(port: 0, host: "127.0.0.1", tls: two.files),
                ]
            }, prepare: { $0.onRequest = { $0.path == "/tls" ? .text("\($0.isTLS)") : nil } })
        for (listener, certificate, name) in [(1, one, "one.test"), (2, two, "two.test")] {
            let port = loop.ports[listener]
            let curl = [
                "-sS", "--max-time", "10", "--noproxy", "*", "--cacert", certificate.files.certificate,
                "--resolve", "\(name):\(port):127.0.0.1",
            ]
            #expect(text(try Tool.run("curl", curl + ["https://\(name):\(port)/tls"])) == "true")
            let page = try Tool.run("curl", curl + ["--compressed", "https://\(name):\(port)/"])
            #expect(page.count == 2880)
            let noise = try Tool.run("curl", curl + ["https://\(name):\(port)/noise"])
            #expect(noise.count == 400_000)
            let protocols = try Tool.run(
                "curl", curl + ["--http2", "-o", "/dev/null", "-w", "%{http_version}", "https://\(name):\(port)/"])
            #expect(text(protocols) == "1.1")
        }
        let upgrade = """
            GET /ws HTTP/1.1\r\nHost: one.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Protocol: plenum.1\r\nOrigin: https://one.test\r\n\r\n
            """
        // The close frame makes the server end the connection, and with it s_client.
        let input =
            Array(upgrade.utf8) + Client.frame(Array("over TLS".utf8)) + Client.frame([65], masked: false)
            + Client.frame([3, 232], opcode: 8)
        let command = "openssl s_client -quiet -connect 127.0.0.1:\(loop.ports[1]) 2>/dev/null || true"
        let output = try Tool.run("sh", ["-c", command], input: input)
        #expect(text(output).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(text(output).contains("over TLS"))
        #expect(text(try loop.client().get("/tls").body) == "false")
        let mistaken = try loop.client(listener: 1)
        try mistaken.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try mistaken.readToEnd()
        try loop.stop()
    }

    @Test("a missing, empty or mismatching TLS file is named, with what is wrong")
    func badFiles() throws {
        let (one, two) = (try Certificate("one.test"), try Certificate("two.test"))
        defer {
            one.remove()
            two.remove()
        }
        func fails(_ files: TLSFiles, _ path: String, _ words: String) {
            let error = #expect(throws: SocketLoopError.self) {
                try RunningLoop({ $0.listeners = [Listener(port: 0, host: "127.0.0.1", tls: files)] })
            }
            guard case .badCertificate(path, let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains(words), "\(reason)")
        }
        let missing = one.folder.path + "/missing.pem"
        fails(TLSFiles(certificate: missing, key: one.files.key), missing, "No such file")
        fails(TLSFiles(certificate: one.files.certificate, key: "/tmp"), "/tmp", "directory")
        fails(TLSFiles(certificate: one.files.key, key: one.files.key), one.files.key, "no PEM certificate")
        fails(
            TLSFiles(certificate: one.files.certificate, key: one.files.certificate), one.files.certificate,
            "no PEM private key")
        fails(TLSFiles(certificate: one.files.certificate, key: two.files.key), one.files.certificate, "mismatch")
    }
}
