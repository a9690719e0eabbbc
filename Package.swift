// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  // Checking exclusive access at run time cost a seventh of a report's time; tests run with the checks.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A layer of the house: a target under `Sources/`, with what it may use.
func layer(_ name: String, uses: [Target.Dependency] = [], links: [LinkerSetting] = []) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: settings, linkerSettings: links)
}

/// SQLite becomes part of the program: calls within the shared library go through its table of symbols, which cost an ingest
/// three hundredths of its time.
let staticSQLite: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-l:libsqlite3.a"]), .linkedLibrary("m")]

/// The tests of one layer, under `Tests/<Layer>Tests/`.
func tests(of name: String, uses: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + uses, resources: resources,
    swiftSettings: settings)
}

let package = Package(
  name: "mailflow",
  products: [.executable(name: "mailflow", targets: ["mailflow"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMalloc"),
    layer("Bytes", uses: ["CMalloc"]),
    layer("Facts", uses: ["Bytes"]),
    layer("Archive", uses: ["Bytes", "CZlib"]),
    layer("Logs", uses: ["Facts", "Bytes"]),
    layer("Messages", uses: ["Facts", "Bytes"]),
    layer("Correlation", uses: ["Facts", "Bytes"]),
    layer("Store", uses: ["Correlation", "Facts", "Bytes", "CSQLite"], links: staticSQLite),
    layer("Ingest", uses: ["Archive", "Logs", "Messages", "Facts", "Bytes"]),
    layer("Analysis", uses: ["Store", "Correlation", "Facts", "Bytes"]),
    layer("Reports", uses: ["Analysis", "Facts", "Bytes"]),
    .executableTarget(
      name: "mailflow",
      dependencies: [
        "Reports", "Analysis", "Ingest", "Store", "Correlation", "Messages", "Logs", "Archive", "Facts", "Bytes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests(of: "Bytes"),
    tests(of: "Archive", uses: ["Bytes"]),
    tests(of: "Logs", uses: ["Facts", "Bytes"], resources: [.copy("Fixtures")]),
    tests(of: "Messages", uses: ["Facts", "Bytes"]),
    tests(of: "Correlation", uses: ["Facts", "Bytes"]),
    tests(of: "Store", uses: ["Correlation", "Facts", "Bytes", "CSQLite"]),
    .testTarget(
      name: "InvariantTests",
      dependencies: [
        "TestSupport", "Store", "Correlation", "Ingest", "Analysis", "Archive", "Logs", "Facts", "Bytes", "CSQLite",
        "CZlib", "mailflow",
      ], swiftSettings: settings),
    tests(of: "Reports", uses: ["Analysis", "Facts", "Bytes"]),
    tests(of: "Ingest", uses: ["Facts", "Bytes"]),
    .testTarget(
      name: "CommandTests", dependencies: ["mailflow", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
