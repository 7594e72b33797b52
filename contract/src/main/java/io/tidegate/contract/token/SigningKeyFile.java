package io.tidegate.contract.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file with {@link SigningKeys}, which only its owner can read where the file system knows
 * owners. It is replaced in one step, so who reads it sees the old keys or the new.
 */
public record SigningKeyFile(Path path) {
  private static final Set<PosixFilePermission> OF_OTHERS =
      PosixFilePermissions.fromString("----w-rw-");

  /**
   * Null: there is no such file.
   *
   * @throws IOException if it cannot be read; the message says why
   */
  public @Nullable SigningKeys read() throws IOException {
    String text;
    try {
      text = new KeySource.InFile(path).read();
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      return SigningKeys.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Whether others may read or change it than who must; false where that cannot be known. A group
   * may read what belongs to somebody else than this process: so a Secret is given to one in
   * Kubernetes.
   */
  public boolean isOpenToOthers() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      return permissions.stream().anyMatch(OF_OTHERS::contains)
          || (permissions.contains(PosixFilePermission.GROUP_READ) && isOurs());
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private boolean isOurs() throws IOException {
    return Files.getOwner(path).getName().equals(System.getProperty("user.name"));
  }

  /** What is there, or else one new key, written before it is used. */
  public SigningKeys readOrMake(long nowMillis) throws IOException {
    SigningKeys there = read();
    if (there != null) {
      return there;
    }
    SigningKeys made = SigningKeys.generate(nowMillis);
    write(made);
    return made;
  }

  public void write(SigningKeys keys) throws IOException {
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
      Files.writeString(beside, keys.toJson() + "\n", StandardCharsets.UTF_8);
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
