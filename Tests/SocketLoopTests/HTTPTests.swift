import Foundation
import Testing

@testable import SocketLoop

@Suite("HTTP")
struct HTTPTests {
    @Test("an asset comes whole, with its type, tag and length")
    func asset() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        let answer = try client.get("/")
        #expect(answer.status == 200)
        #expect(text(answer.body).hasPrefix("<p>A question"))
        #expect(answer.body.count == 80 * 36)
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("ETag")?.hasPrefix("\"") == true)
        #expect(answer.header("Vary") == "Accept-Encoding")
        #expect(answer.header("Cache-Control") == "no-cache")
        #expect(answer.header("Content-Encoding") == nil)
        try loop.stop()
    }

    @Test("an asset goes as gzip to a client that takes it, and unpacks to the same bytes")
    func gzip() throws {
        let loop = try RunningLoop()
        let plain = try loop.client().get("/")
        let packed = try loop.client().get("/", "Accept-Encoding: br, gzip;q=0.8\r\n")
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.header("ETag") != plain.header("ETag"))
        #expect(packed.body.count < plain.body.count / 4)
        #expect(try Tool.run("gzip", ["-dc"], input: packed.body) == plain.body)
        let refused = try loop.client().get("/", "Accept-Encoding: gzip;q=0, identity\r\n")
        #expect(refused.header("Content-Encoding") == nil)
        #expect(refused.body == plain.body)
        try loop.stop()
    }

    @Test("what a browser has already is not sent again")
    func notModified() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        let tag = try #require(try client.get("/").header("ETag"))
        let again = try client.get("/", "If-None-Match: \"other\", W/\(tag)\r\n")
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again.header("ETag") == tag)
        #expect(again.header("Content-Length") == nil)
        let changed = try client.get("/", "If-None-Match: \"other\"\r\n")
        #expect(changed.status == 200)
        try loop.stop()
    }

    @Test("HEAD gets the head of GET and nothing more; the connection goes on")
    func head() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        let head = try client.get("/", method: "HEAD")
        #expect(head.status == 200)
        #expect(head.header("Content-Length") == "2880")
        let next = try client.get("/")
        #expect(next.status == 200)
        #expect(next.body.count == 2880)
        try loop.stop()
    }

    @Test("a path that is not there gets 404, a wrong method 405")
    func errors() throws {
        let loop = try RunningLoop()
        #expect(try loop.client().get("/nowhere").status == 404)
        let put = try loop.client().get("/", method: "PUT", body: [1, 2, 3])
        #expect(put.status == 405)
        #expect(put.header("Allow") == "GET, HEAD, POST")
        #expect(try loop.client().get("/", method: "DELETE").status == 405)
        #expect(try loop.client().get("/", method: "OPTIONS").status == 405)
        let post = try loop.client().get("/", method: "POST", body: [])
        #expect(post.status == 405)
        #expect(post.header("Allow") == "GET, HEAD")
        #expect(try loop.client().get("/%zz").status == 403)
        #expect(try loop.onLoop { loop, _ in loop.figures.refused } == 3)
        try loop.stop()
    }

    @Test("the service sees method, path, query, headers, address and body")
    func request() throws {
        let loop = try RunningLoop(prepare: { stage in
            stage.onRequest = { request in
                let lines = [
                    request.method.rawValue, request.path, request.query, request.header(.host) ?? "-",
                    request.header(.cookie) ?? "-", request.header(.authorization) ?? "-", request.remoteAddress,
                    "\(request.isTLS)", text(request.body),
                ]
                return .text(lines.joined(separator: "|"))
            }
        })
        let headers = "Cookie: a=1; b=2\r\nAuthorization: Bearer x\r\n"
        let get = try loop.client().get("/a/../b%20c?x=1%262&y=+z&z", headers)
        #expect(text(get.body) == "GET|/b c|x=1%262&y=%20z&z|hall.local|a=1; b=2|Bearer x|127.0.0.1|false|")
        let post = try loop.client().get("/p", method: "POST", body: Array("ballot".utf8))
        #expect(text(post.body) == "POST|/p||hall.local|-|-|127.0.0.1|false|ballot")
        #expect(post.header("Connection") == "close")
        try loop.stop()
    }

    @Test("a POST of nothing, and one that comes byte by byte, arrive whole")
    func slowBody() throws {
        let loop = try RunningLoop()
        #expect(text(try loop.client().get("/echo", method: "POST", body: []).body) == "POST  ")
        let client = try loop.client()
        for byte in Array("POST /echo?a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello".utf8) {
            try client.send([byte])
            usleep(300)
        }
        #expect(text(try client.answer().body) == "POST a hello")
        let large = [UInt8](repeating: 65, count: 16 * 1024)
        let answer = try loop.client().get("/echo", method: "POST", body: large)
        #expect(answer.body.count == large.count + 6)
        try loop.stop()
    }

    @Test("a body that is too large is refused with 413, even while it is still coming")
    func tooLarge() throws {
        let loop = try RunningLoop()
        let body = [UInt8](repeating: 65, count: 300_000)
        let answer = try loop.client().get("/echo", method: "POST", body: body)
        #expect(answer.status == 413)
        let claim = try loop.client()
        try claim.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1099511627776\r\n\r\n")
        #expect(try claim.answer().status == 413)
        try loop.stop()
    }

    @Test("bodies without a plain length are refused, and none is taken with GET")
    func badBodies() throws {
        let loop = try RunningLoop()
        let chunked = try loop.client()
        try chunked.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        #expect(try chunked.answer().status == 411)
        let both = try loop.client()
        try both.send(
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        #expect(try both.answer().status == 411)
        let none = try loop.client()
        try none.send("POST /echo HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try none.answer().status == 411)
        for length in ["-1", "5x", "0x10", "+5", "5, 5", "99999999999999999999"] {
            let odd = try loop.client()
            try odd.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\nhello")
            #expect(try odd.answer().status == 400, "Content-Length: \(length)")
        }
        #expect(try loop.client().get("/", method: "GET", body: [1, 2, 3]).status == 400)
        #expect(try loop.client().get("/").status == 200)
        try loop.stop()
    }

    @Test("two GETs in one segment are both answered, in order")
    func pipelinedGets() throws {
        let loop = try RunningLoop()
        let client = try loop.client()
        try client.send("GET /echo?1 HTTP/1.1\r\nHost: h\r\n\r\nGET /echo?2 HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(text(try client.answer().body) == "GET 1 ")
        #expect(text(try client.answer().body) == "GET 2 ")
        try loop.stop()
    }

    @Test("pipelined POSTs neither hang the loop nor reach the service as each other's body")
    func pipelinedPosts() throws {
        let loop = try RunningLoop(prepare: { stage in
            stage.onRequest = { request in
                guard request.method == .post else { return nil }
                stage.opened += 1
                return .text(text(request.body))
            }
        })
        let post = { (body: String) in
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let twice = try loop.client()
        try twice.send(post("first") + post("second"))
        #expect(text(try twice.answer().body) == "first")
        #expect(try twice.readToEnd().isEmpty)
        #expect(try loop.onLoop { _, stage in stage.opened } == 1)

        let afterGet = try loop.client()
        try afterGet.send("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n" + post("a body of some length") + post("more"))
        #expect(try afterGet.answer().status == 200)
        #expect(try afterGet.readToEnd().isEmpty)
        #expect(try loop.onLoop { _, stage in stage.opened } == 1)

        // One after the other on one connection is fine.
        let patient = try loop.client()
        #expect(try patient.get("/echo").status == 200)
        #expect(text(try patient.get("/echo", method: "POST", body: Array("third".utf8)).body) == "third")
        #expect(try loop.client().get("/").status == 200)
        try loop.stop()
    }

    @Test("an upgrade to something unknown on a used connection does no harm")
    func unknownUpgrade() throws {
        let loop = try RunningLoop()
        for _ in 0..<20 {
            let client = try loop.client()
            #expect(try client.get("/").status == 200)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n")
            #expect(try client.answer().status == 403)
            #expect(try client.readToEnd().isEmpty)
        }
        let h2c = try loop.client()
        try h2c.send(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n"
        )
        #expect(try h2c.answer().status == 400)
        #expect(try loop.client().get("/").status == 200)
        try loop.stop()
    }

    @Test("what is not HTTP gets 400 and the end; so does a missing Host")
    func notHTTP() throws {
        let loop = try RunningLoop()
        let nonsense = [
            "HELLO\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", "\u{16}\u{3}\u{1}\r\n",
            "CONNECT h:1 HTTP/1.1\r\n\r\n",
        ]
        for line in nonsense {
            let client = try loop.client()
            try client.send(line)
            #expect(text(try client.readToEnd()).hasPrefix("HTTP/1.1 400 "), "\(line)")
        }
        let hostless = try loop.client()
        try hostless.send("GET / HTTP/1.1\r\n\r\n")
        #expect(try hostless.answer().status == 400)
        let old = try loop.client()
        try old.send("GET /echo HTTP/1.0\r\n\r\n")
        #expect(text(try old.readToEnd()).hasSuffix("\r\n\r\nGET  "))
        let endless = try loop.client()
        try endless.send("GET / HTTP/1.1\r\nHost: h\r\nCookie: \(String(repeating: "x", count: 20_000))")
        _ = try endless.readToEnd()
        #expect(try loop.client().get("/").status == 200)
        try loop.stop()
    }

    @Test("a large body goes out whole to a reader that takes its time, while others are served")
    func largeBody() throws {
        let loop = try RunningLoop()
        let slow = try Client(host: "127.0.0.1", port: loop.ports[0], receiveBuffer: 8192)
        try slow.send("GET /noise HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try loop.client().get("/").status == 200)
        usleep(200_000)
        let answer = try slow.answer()
        #expect(answer.body.count == 400_000)
        #expect(answer.body == (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
        #expect(try slow.get("/").status == 200)
        try loop.stop()
    }

    @Test("who sends more while a large body still goes out is cut off, and does not keep the loop busy")
    func impatient() throws {
        let loop = try RunningLoop()
        let client = try Client(host: "127.0.0.1", port: loop.ports[0], receiveBuffer: 4096)
        try client.send("GET /noise HTTP/1.1\r\nHost: h\r\n\r\n")
        try loop.wait { loop, _ in loop.figures.httpRequests == 1 }
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        usleep(400_000)
        #expect(try client.readToEnd().count < 400_000)
        #expect(try loop.onLoop { loop, _ in loop.figures.httpRequests } == 1)
        try loop.stop()
    }

    @Test("common headers stand on every response, the loop's own included; a response's own wins")
    func commonHeaders() throws {
        let loop = try RunningLoop(
            { $0.commonHeaders = [HTTPHeader("X-Content-Type-Options", "nosniff"), HTTPHeader("X-A", "common")] },
            prepare: { stage in
                stage.onRequest = {
                    $0.path == "/own"
                        ? HTTPResponse(status: 200, headers: [HTTPHeader("x-a", "own\r\nX-Bad: 1")]) : nil
                }
            })
        for (path, method) in [("/", "GET"), ("/nowhere", "GET"), ("/", "DELETE")] {
            let answer = try loop.client().get(path, method: method)
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.header("X-A") == "common")
        }
        let own = try loop.client().get("/own")
        #expect(own.header("X-A") == "ownX-Bad: 1")
        #expect(own.header("X-Bad") == nil)
        try loop.stop()
    }
}
