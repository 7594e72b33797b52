package io.tidegate.contract.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner can read, where the file system knows owners. */
public final class OwnersFile {
  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("----w-rw-");

  private OwnersFile() {}

  /**
   * Whether others may read or change it than who must; false where that cannot be known. A group
   * may read what belongs to somebody else than this process: so a Secret is given to one in
   * Kubernetes.
   */
  public static boolean isOpenToOthers(Path path) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      return permissions.stream().anyMatch(OF_OTHERS::contains)
          || (permissions.contains(PosixFilePermission.GROUP_READ) && isOurs(path));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean isOurs(Path path) throws IOException {
    return Files.getOwner(path).getName().equals(System.getProperty("user.name"));
  }

  /** Writes or replaces it in one step, so who reads it sees the old text or the new. */
  public static void write(Path path, String text) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("is a folder");
    }
    Files.createDirectories(folder);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] mine =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path beside = Files.createTempFile(folder, ".keys", ".tmp", mine);
    try {
      Files.writeString(beside, text, StandardCharsets.UTF_8);
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
