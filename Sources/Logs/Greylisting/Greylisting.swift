package import Bytes
import Facts

/// The programs that put a first attempt off: postgrey, sqlgrey, milter-greylist.
package enum Greylisting {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    if name == "postgrey" || name == "postfix/postgrey" { return Postgrey.read }
    if name == "sqlgrey" { return SQLGrey.read }
    return name == "milter-greylist" ? MilterGreylist.read : nil
  }
}
