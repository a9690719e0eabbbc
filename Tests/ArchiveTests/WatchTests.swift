import Bytes
import Glibc
import Testing

@testable import Archive

@Suite("Files that change")
struct WatchTests {
  let folder = TemporaryFolder()

  private func append(_ text: String, to path: String) {
    let file = fopen(path, "a")
    fputs(text, file)
    fclose(file)
  }

  @Test("only what changed is told, and only once")
  func changes() {
    let (a, b) = (folder.write("a.log", "1\n"), folder.write("b.log", "1\n"))
    let watch = Watch([a, b])
    #expect(watch.changes().isEmpty)
    append("2\n", to: b)
    #expect(watch.changes() == [b])
    #expect(watch.changes().isEmpty)
  }

  @Test("a folder's new files are told")
  func newFiles() {
    folder.write("in/a.log", "1\n")
    let watch = Watch([folder.path + "/in"])
    let new = folder.write("in/b.log", "1\n")
    #expect(watch.changes() == [new])
    #expect(watch.changes().isEmpty)
  }

  @Test("a renamed file is told by its new name as long as it grows, wherever it went")
  func renamed() {
    let path = folder.write("mail.log", "1\n")
    let watch = Watch([path])
    let moved = folder.path + "/old.1"
    #expect(rename(path, moved) == 0)
    #expect(watch.changes().isEmpty)
    append("2\n", to: moved)
    #expect(watch.changes() == [moved])
    folder.write("mail.log", "3\n")
    append("4\n", to: moved)
    #expect(watch.changes() == [path, moved])
  }

  @Test("a file that was still for hours is watched for minutes when it is renamed, and then forgotten")
  func forgotten() {
    let path = folder.write("mail.log", "1\n")
    let watch = Watch([path])
    func changes(after seconds: Int64) -> [String] { watch.changes(at: Timestamp.now.advanced(bySeconds: seconds)) }
    #expect(changes(after: 7200).isEmpty)
    let moved = folder.path + "/old.1"
    #expect(rename(path, moved) == 0)
    append("2\n", to: moved)
    #expect(changes(after: 7201) == [moved])
    append("3\n", to: moved)
    #expect(changes(after: 7700) == [moved])
    #expect(changes(after: 8301).isEmpty)
    append("4\n", to: moved)
    #expect(changes(after: 8302).isEmpty)
  }

  @Test("a file that was removed with lines unread can be read still")
  func removed() throws {
    let path = folder.write("mail.log", "1\n")
    let watch = Watch([path])
    append("2\n", to: path)
    #expect(unlink(path) == 0)
    let left = try #require(watch.changes().first)
    #expect(try Source(path: left).size == 4)
    #expect(watch.changes().isEmpty)
  }

  @Test("the copy of a file that was cut is told, and no older neighbour")
  func cut() {
    let path = folder.write("mail.log", "1\n2\n3\n")
    let old = folder.write("mail.log.2", "0\n")
    var times = [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)]
    utimes(old, &times)
    folder.write("mailbox.log", "x\n")
    let watch = Watch([path])
    let copy = folder.write("mail.log.1", "1\n2\n3\n4\n")
    #expect(truncate(path, 0) == 0)
    #expect(watch.changes() == [copy, path])
  }
}
