internal import CQREncode

/// A QR code (ISO/IEC 18004) by libqrencode.
public struct QRCode: Sendable {
    /// Modules per side, without the quiet zone.
    public let size: Int
    private let dark: [Bool]

    /// - Parameter isClean: error correction L instead of M: larger squares for the same text, readable from farther away
    ///   on a clean screen; M also survives print and tears.
    /// - Returns: nil if the text does not fit into the largest code (about 2,300 bytes).
    public init?(_ text: String, isClean: Bool = false) {
        guard let code = QRcode_encodeString8bit(text, 0, isClean ? QR_ECLEVEL_L : QR_ECLEVEL_M) else { return nil }
        defer { QRcode_free(code) }
        let side = Int(code.pointee.width)
        size = side
        dark = (0..<side * side).map { code.pointee.data[$0] & 1 == 1 }
    }

    public func isDark(row: Int, column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && dark[row * size + column]
    }

    /// Dark on white with the four-module quiet zone; scales to any size.
    public var svg: String {
        let side = size + 8
        var path = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard isDark(row: row, column: column) else {
                    column += 1
                    continue
                }
                let start = column
                while isDark(row: row, column: column) { column += 1 }
                path += "M\(start + 4) \(row + 4)h\(column - start)v1h-\(column - start)z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
            """
    }

    /// Half blocks for a terminal, dark on light whatever the terminal's colours, with a quiet zone of two modules.
    public var terminal: String {
        var text = ""
        var row = -2
        while row < size + 2 {
            text += "\u{1B}[30;107m"
            for column in -2..<size + 2 {
                switch (isDark(row: row, column: column), isDark(row: row + 1, column: column)) {
                case (true, true): text += "█"
                case (true, false): text += "▀"
                case (false, true): text += "▄"
                case (false, false): text += " "
                }
            }
            text += "\u{1B}[0m\n"
            row += 2
        }
        return text
    }
}
