package import Bytes

/// A source as its row tells.
package struct SourceRow {
  package var id: Int64
  package var path: String
  package var format: String
  package var host: String?
  package var fingerprint: (length: Int, low: UInt64, high: UInt64)
  /// The offset up to which lines are known for good.
  package var readTo: Int64
  package var bytes: Int64
  package var recognized: Int64
  package var ignored: Int64
  package var unrecognized: Int64
  package var first: Timestamp?
  package var last: Timestamp?
  package var year: Int?

  package init(id: Int64, path: String, format: String, fingerprint: (length: Int, low: UInt64, high: UInt64)) {
    (self.id, self.path, self.format, self.fingerprint) = (id, path, format, fingerprint)
    (readTo, bytes, recognized, ignored, unrecognized) = (0, 0, 0, 0, 0)
  }

  package var lines: Int64 { recognized + ignored + unrecognized }
}

/// A template of unknown lines, with the source that it was met in.
package struct TemplateRow {
  package var template: [UInt8]
  package var count: Int64
  package var example: [UInt8]
  package var source: String
  package var line: Int64
}

extension Store {
  package func sources() throws(StoreError) -> [SourceRow] {
    let row = try database.prepare(
      """
      SELECT id, path, format, host, fingerprint_length, fingerprint_low, fingerprint_high, read_to, bytes, recognized,
        ignored, unrecognized, first, last, year
      FROM source ORDER BY id
      """)
    var sources: [SourceRow] = []
    while try row.step() {
      var source = SourceRow(
        id: row.integer(0), path: row.string(1), format: row.string(2),
        fingerprint: (
          Int(row.integer(4)), UInt64(bitPattern: row.integer(5)), UInt64(bitPattern: row.integer(6))
        ))
      source.host = row.isNull(3) ? nil : row.string(3)
      source.readTo = row.integer(7)
      source.bytes = row.integer(8)
      (source.recognized, source.ignored, source.unrecognized) = (row.integer(9), row.integer(10), row.integer(11))
      source.first = row.optionalInteger(12).map(Timestamp.init(microseconds:))
      source.last = row.optionalInteger(13).map(Timestamp.init(microseconds:))
      source.year = row.optionalInteger(14).map(Int.init)
      sources.append(source)
    }
    return sources
  }

  /// Writes a source anew, or in place of what was known of it.
  package func save(_ source: SourceRow) throws(StoreError) {
    let row = try database.prepare(
      """
      INSERT OR REPLACE INTO source (id, path, format, host, fingerprint_length, fingerprint_low, fingerprint_high, read_to,
        bytes, lines, recognized, ignored, unrecognized, first, last, year)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    row.bind(1, source.id)
    row.bind(2, text: source.path)
    row.bind(3, text: source.format)
    row.bind(4, text: source.host)
    row.bind(5, Int64(source.fingerprint.length))
    row.bind(6, Int64(bitPattern: source.fingerprint.low))
    row.bind(7, Int64(bitPattern: source.fingerprint.high))
    row.bind(8, source.readTo)
    row.bind(9, source.bytes)
    row.bind(10, source.lines)
    row.bind(11, source.recognized)
    row.bind(12, source.ignored)
    row.bind(13, source.unrecognized)
    row.bind(14, source.first?.microseconds)
    row.bind(15, source.last?.microseconds)
    row.bind(16, source.year.map(Int64.init))
    try row.run()
  }

  /// Adds to the count of a template in a source.
  package func add(
    template: [UInt8], count: Int64, example: [UInt8], line: Int64, source: Int64
  ) throws(StoreError) {
    let row = try database.prepare(
      """
      INSERT INTO template (source, template, count, line, example) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count
      """)
    row.bind(1, source)
    row.bind(2, text: template)
    row.bind(3, count)
    row.bind(4, line)
    row.bind(5, text: example)
    try row.run()
  }

  /// Templates over all sources, most frequent first.
  package func templates() throws(StoreError) -> [TemplateRow] {
    let row = try database.prepare(
      """
      SELECT t.template, sum(t.count), t.example, s.path, t.line FROM template t JOIN source s ON s.id = t.source
      GROUP BY t.template ORDER BY 2 DESC, 1
      """)
    var templates: [TemplateRow] = []
    while try row.step() {
      templates.append(
        TemplateRow(
          template: row.bytes(0).array, count: row.integer(1), example: row.bytes(2).array, source: row.string(3),
          line: row.integer(4)))
    }
    return templates
  }

  /// Lines of all sources that no parser knew.
  package func unrecognizedLines() throws(StoreError) -> Int64 {
    try database.integer("SELECT sum(unrecognized) FROM source") ?? 0
  }
}
