"""What AWS and Momento ask for a unit of each thing, in US dollars, on demand and without free tiers.

The prices are those of us-east-1 on AWS's price pages, as known on PRICES_OF; those of DynamoDB's units
are in prices.py. Check them before you rely on them.
"""

PRICES_OF = "23 November 2026"
PRICE_PAGES = (
    "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    "https://aws.amazon.com/lambda/pricing/",
    "https://aws.amazon.com/fargate/pricing/",
    "https://aws.amazon.com/elasticloadbalancing/pricing/",
    "https://aws.amazon.com/vpc/pricing/",
    "https://aws.amazon.com/cloudwatch/pricing/",
    "https://aws.amazon.com/secrets-manager/pricing/",
    "https://aws.amazon.com/ec2/pricing/on-demand/",
    "https://aws.amazon.com/elasticache/pricing/",
    "https://aws.amazon.com/ses/pricing/",
    "https://www.gomomento.com/pricing",
)

HOURS_A_MONTH = 730

STORAGE_GB_MONTH = 0.25
RESTORABLE_GB_MONTH = 0.20  # point-in-time recovery
BACKUP_GB_MONTH = 0.10  # AWS Backup, warm
TRANSFER_REGION_GB = 0.02

FUNCTION_CALL = 0.20 / 1e6
FUNCTION_GB_SECOND = 0.0000133334  # arm64

TASK_CPU_HOUR = 0.03238  # arm64, of a whole CPU
TASK_GB_HOUR = 0.00356
BALANCER_HOUR = 0.0225
BALANCER_UNIT_HOUR = 0.008
BALANCER_UNIT_CONNECTIONS = 3000
BALANCER_UNIT_REQUESTS = 1000  # rule evaluations a second
BALANCER_UNIT_GB_HOUR = 1.0
ADDRESS_HOUR = 0.005  # a public IPv4
NAT_HOUR = 0.045
ENDPOINT_HOUR = 0.01  # an interface endpoint, in one zone
INTERNET_GB = 0.09  # out, the first 10 TB
WAF_MONTH = 5.0 + 1.0  # a list with one rule
WAF_REQUEST = 0.60 / 1e6
KEY_MONTH = 1.0

ALARM_MONTH = 0.10
METRIC_MONTH = 0.30
DASHBOARD_MONTH = 3.0
LOG_GB = 0.50
STREAM_READ = 0.02 / 100_000  # a call; Lambda's are free
MAIL = 0.10 / 1000  # by Amazon SES
SECRET_MONTH = 0.40

VALKEY_NODE_HOUR = 0.0128  # cache.t4g.micro
VALKEY_PUBLISHES = 100_000
"""How many small events a second one node carries."""
MOMENTO_GB = 0.50
