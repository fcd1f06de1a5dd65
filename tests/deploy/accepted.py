"""What checkov finds and we accept, each with the reason. A finding that is gone must go from here."""

ACCEPTED = {
    ("CKV_AWS_18", "AccessLog"): "a bucket of logs would need another for logs of its own",
    ("CKV_AWS_21", "AccessLog"): "logs are written once; versions would outlive LogDays",
    ("CKV_AWS_192", "Firewall"): "a rule against Log4j, for a service without Java",
    ("CKV_AWS_158", "FunctionLog"): "encrypted with CloudWatch's key; it holds counts, no messages",
    ("CKV_AWS_158", "ServiceLog"): "encrypted with CloudWatch's key; it holds no messages",
    ("CKV_AWS_27", "DeadLetters"): "encrypted by SQS itself (SqsManagedSseEnabled)",
    ("CKV_AWS_26", "Alarms"): (
        "alarms cannot publish to a topic under AWS's own key; the mails name an alarm, no more"
    ),
    ("CKV_AWS_116", "Function"): "its dead letters come from the mapping: nobody calls it directly",
    ("CKV_AWS_115", "Function"): (
        "the shards bound it; reserving would take from the account, which in a new one has ten"
    ),
    ("CKV_AWS_173", "Function"): "its variables hold the table's name, no secret",
    (
        "CKV_AWS_260",
        "BalancerSecurityGroup",
    ): "port 80 only redirects to HTTPS",
    (
        "CKV_AWS_91",
        "Balancer",
    ): "access logs hold addresses of people; the service keeps none either",
    ("CKV_AWS_65", "Cluster"): (
        "Container Insights is paid by the metric, and leaves a log group that outlives the stack; "
        "the alarms and the autoscaling take metrics that cost nothing"
    ),
    ("CKV_AWS_149", "TokenSecret"): "encrypted with the account's own Secrets Manager key",
}
