// swift-tools-version: 6.0
import PackageDescription

// The rooms of the house, lowest first. A room names only rooms below it (design: "dependencies point one way").
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

// The hub's hot path does without run-time checks for overlapping access: one thread owns it, the debug build that the
// tests run has the checks, and they were a twelfth of a vote's instructions.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "plenum",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CWebSockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CEpoll"),

        .target(name: "Voting", swiftSettings: strict),
        .target(
            name: "Ledger",
            dependencies: [
                "Voting",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            exclude: ["DESIGN.md"], swiftSettings: strict),
        .target(name: "Wire", dependencies: ["Voting", "Ledger"], exclude: ["DESIGN.md"], swiftSettings: strict),
        .target(
            name: "Interchange",
            dependencies: ["Voting", "CZip", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "Storage",
            dependencies: ["Voting", "Ledger", "CSQLite", .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["DESIGN.md"], swiftSettings: strict),
        .target(
            name: "SocketLoop", dependencies: ["CWebSockets", "CUV", "CDeflate"], exclude: ["DESIGN.md"],
            swiftSettings: hot),
        .target(
            name: "Hub",
            dependencies: [
                "Voting", "Ledger", "Wire", "Storage", "SocketLoop", "CQREncode",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["DESIGN.md"], swiftSettings: hot),
        .target(
            name: "Rehearsal",
            dependencies: ["CEpoll", "Interchange", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict),
        .executableTarget(
            name: "plenum",
            dependencies: [
                "Hub", "Interchange", "Ledger", "Rehearsal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        // A vote's path without sockets and threads, for counting its instructions (Tests/System/test_path.py).
        .executableTarget(
            name: "VotePath",
            dependencies: [
                "Hub", "Ledger", "SocketLoop", "Storage", "Voting", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Bench/VotePath", swiftSettings: strict),

        .testTarget(name: "VotingTests", dependencies: ["Voting"], swiftSettings: strict),
        .testTarget(
            name: "LedgerTests", dependencies: ["Ledger"], resources: [.copy("Vectors")], swiftSettings: strict),
        .testTarget(
            name: "WireTests", dependencies: ["Wire"], exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests", dependencies: ["Interchange"], resources: [.copy("Files")],
            swiftSettings: strict),
        .testTarget(
            name: "StorageTests", dependencies: ["Storage", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .testTarget(name: "SocketLoopTests", dependencies: ["SocketLoop"], swiftSettings: strict),
        .testTarget(name: "HubTests", dependencies: ["Hub", "Ledger"], swiftSettings: strict),
        .testTarget(name: "RehearsalTests", dependencies: ["Rehearsal"], swiftSettings: strict),
    ]
)
