package dev.weft.all.command;

import picocli.CommandLine.Command;

/** {@code weft}: examples and the list of commands. Alone it asks for a command. */
@Command(
    name = "weft",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DevCommand.class,
      ClusterCommand.class,
      InitCommand.class,
      CertificateCommand.class,
      RunCommand.class,
      KeyCommand.class,
      ObjectsCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      VersionCommand.class,
      TrainCommand.class,
    })
final class WeftCommand {}
