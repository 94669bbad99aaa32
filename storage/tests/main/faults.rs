//! Crashes, full disks, I/O errors and damage.
